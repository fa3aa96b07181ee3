using Ledger.Core.Grpc;

namespace Ledger.Core.Tests.Grpc;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("100n", 1)]
    [InlineData("1n", 1)]
    [InlineData("0S", 0)]
    [InlineData("99999999H", 99_999_999 * 36_000_000_000)]
    public void Every_unit_is_read(string text, long ticks)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("1h")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1 S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData("1SS")]
    [InlineData("１S")]
    public void Anything_else_is_refused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0n")]
    [InlineData(-5, "0n")]
    [InlineData(1, "100n")]
    [InlineData(10_000, "1000000n")]
    [InlineData(10_000_000, "1000000u")]
    [InlineData(999_999, "99999900n")]
    [InlineData(1_000_000, "100000u")]
    [InlineData(1_000_001, "100001u")]
    [InlineData(36_000_000_000, "3600000m")]
    [InlineData(long.MaxValue, "99999999H")]
    public void The_finest_unit_that_fits_is_written(long ticks, string expected)
    {
        Assert.Equal(expected, GrpcTimeout.Format(TimeSpan.FromTicks(ticks)));
    }

    [Fact]
    public void A_written_timeout_is_read_as_at_least_as_long_and_at_most_a_unit_longer()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var ticks = random.NextInt64() >> random.Next(5, 64);

            var text = GrpcTimeout.Format(TimeSpan.FromTicks(ticks));

            Assert.True(text.Length <= 9, text);
            Assert.True(GrpcTimeout.TryParse(text, out var read), text);
            // Eight digits and a factor of 1,000 between units keep a precision of 1 in 99,999.
            Assert.InRange(read.Ticks, ticks, ticks + (ticks / 99_999) + 1);
        }
    }
}
