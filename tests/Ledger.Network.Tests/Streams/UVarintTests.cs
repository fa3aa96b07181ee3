using FsCheck;
using FsCheck.Fluent;
using Ledger.Network.Streams;

namespace Ledger.Network.Tests.Streams;

public sealed class UVarintTests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(1, "01")]
    [InlineData(127, "7f")]
    [InlineData(128, "8001")]
    [InlineData(255, "ff01")]
    [InlineData(300, "ac02")]
    [InlineData(16384, "808001")]
    [InlineData(int.MaxValue, "ffffffff07")]
    public void The_vectors_of_the_unsigned_varint_specification_hold(int value, string hex)
    {
        var bytes = new byte[UVarint.MaxSize];

        var size = UVarint.Write(bytes, value);

        Assert.Equal(hex, Convert.ToHexStringLower(bytes.AsSpan(0, size)));
        Assert.True(UVarint.TryRead(bytes.AsSpan(0, size), out var read, out var taken));
        Assert.Equal((value, size), (read, taken));
    }

    [Theory]
    [InlineData("8000")]
    [InlineData("ff00")]
    [InlineData("8080808000")]
    [InlineData("ffffffff08")]
    [InlineData("ffffffffff")]
    [InlineData("808080808001")]
    public void Overlong_and_oversized_varints_are_refused(string hex)
    {
        var bytes = Convert.FromHexString(hex);

        var fault = Assert.Throws<WireException>(() => UVarint.TryRead(bytes, out _, out _));

        Assert.Equal(WireFault.MalformedVarint, fault.Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("ffffffff")]
    public void A_varint_that_may_go_on_asks_for_more(string hex) =>
        Assert.False(UVarint.TryRead(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void Every_length_survives_the_round_trip() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNegativeInt>(), length =>
        {
            var bytes = new byte[UVarint.MaxSize];
            var size = UVarint.Write(bytes, length.Get);
            return UVarint.TryRead(bytes.AsSpan(0, size), out var read, out var taken)
                && read == length.Get && taken == size;
        }).QuickCheckThrowOnFailure();
}
