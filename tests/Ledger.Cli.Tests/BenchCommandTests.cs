using Ledger.Client.Tests.Fakes;
using Ledger.Core.Transactions;

namespace Ledger.Cli.Tests;

public sealed class BenchCommandTests
{
    private readonly CliFixture _cli = new();

    [Fact]
    public async Task A_load_says_what_was_certified_and_how_fast()
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "bench", "--seconds", "60", "--in-flight", "2", "--batch", "3", "--json"));

        var transactions = _cli.Json.GetProperty("transactions").GetInt32();
        Assert.InRange(transactions, 1, 60);
        Assert.Equal(_cli.Chain.Blocks.Count, transactions);
        Assert.Equal(3 * transactions, _cli.Json.GetProperty("records").GetInt32());
        Assert.True(_cli.Json.GetProperty("p99_ms").GetDouble() >= _cli.Json.GetProperty("p50_ms").GetDouble());
    }

    [Fact]
    public async Task Refusals_are_counted_by_reason()
    {
        _cli.Chain.Judge = _ => Refusal.NotAuthorised;

        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync("bench", "--seconds", "30", "--in-flight", "1"));

        Assert.Contains("NOT_AUTHORISED", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seconds", "0")]
    [InlineData("--rate", "-1")]
    [InlineData("--in-flight", "5000")]
    [InlineData("--batch", "1001")]
    public async Task A_load_beyond_the_bounds_is_refused(string option, string value)
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("bench", option, value));

        Assert.Equal(0, _cli.Node.Calls);
    }
}
