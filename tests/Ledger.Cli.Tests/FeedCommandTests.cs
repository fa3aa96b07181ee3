using System.Text;
using System.Text.Json;
using Ledger.Core.Contracts;

namespace Ledger.Cli.Tests;

public sealed class FeedCommandTests
{
    private readonly CliFixture _cli = new();
    private readonly List<JsonElement> _arguments = [];

    public FeedCommandTests() => _cli.Chain.Contract = transaction =>
    {
        Assert.True(ContractBody.TryDecode(transaction.Content.Body, out var body, out _));
        var argument = JsonDocument.Parse(body.Arguments).RootElement;
        var call = 0;
        lock (_arguments)
        {
            _arguments.Add(argument);
            call = _arguments.Count;
        }

        var rows = argument.TryGetProperty("events", out var events) ? events.GetArrayLength() : 1;
        return new ContractOutcome
        {
            Status = ContractStatus.Returned,
            GasUsed = 10,
            Value = Encoding.UTF8.GetBytes(
                $$"""
                {"taken":{{rows}},"amount":"90000000000000000000","refused":["a","b"],"decision":"permit",
                "evidence":"{{call}}-"}
                """),
        };
    };

    [Fact]
    public async Task Every_row_goes_to_the_contract_once_in_its_order_and_results_are_added_up()
    {
        Assert.Equal((ExitCodes.Ok, ""), (await FeedAsync("--batch", "25", "--json"), _cli.Error));

        Assert.Equal([25, 25, 25, 12], _arguments.Select(a => a.GetProperty("events").GetArrayLength()));
        Assert.All(_arguments, a => Assert.Equal("rfp", a.GetProperty("source").GetString()));
        var events = _arguments.SelectMany(a => a.GetProperty("events").EnumerateArray()).ToList();
        Assert.Equal(Enumerable.Range(1, 87).Select(i => $"{i}"), events.Select(e => e.GetProperty("id").GetString()));
        Assert.Equal(JsonValueKind.False, events[0].GetProperty("final").ValueKind);
        Assert.Equal(JsonValueKind.String, events[0].GetProperty("amount").ValueKind);
        Assert.StartsWith("request-for-payment/", events[0].GetProperty("request").GetString(), StringComparison.Ordinal);
        var sums = _cli.Json.GetProperty("sums");
        Assert.Equal("87", sums.GetProperty("taken").GetString());
        Assert.Equal("360000000000000000000", sums.GetProperty("amount").GetString());
        Assert.Equal("8", sums.GetProperty("refused").GetString());
        Assert.Equal(40, _cli.Json.GetProperty("gas_used").GetInt32());
    }

    [Fact]
    public async Task Rows_are_arguments_of_their_own_and_several_are_under_way_when_that_is_asked_for()
    {
        Assert.Equal((ExitCodes.Ok, ""), (await FeedAsync("--single", "--at-once", "8", "--json"), _cli.Error));

        Assert.Equal(
            Enumerable.Range(1, 87).Select(i => $"{i}").Order(StringComparer.Ordinal),
            _arguments.Select(a => a.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
        Assert.All(_arguments, a => Assert.Equal("rfp", a.GetProperty("source").GetString()));
        Assert.Equal(87, _cli.Json.GetProperty("transactions").GetInt32());
        // What few texts there are is counted; a text that is different each time is not.
        var texts = _cli.Json.GetProperty("texts").EnumerateObject().Select(t => (t.Name, t.Value.GetInt32()));
        Assert.Equal([("decision=permit", 87)], texts);
    }

    [Theory]
    [InlineData("--at-once", "0")]
    [InlineData("--at-once", "65")]
    [InlineData("--each", "id")]
    [InlineData("--each", "id=attributes.")]
    [InlineData("--each", "id=colour")]
    [InlineData("--batch", "0")]
    [InlineData("--with", "[]")]
    [InlineData("--with", "{\"events\":1}")]
    public async Task What_cannot_be_meant_is_refused_before_anything_is_sent(string option, string value)
    {
        Assert.Equal(ExitCodes.Usage, await FeedAsync(option, value));

        Assert.Empty(_arguments);
    }

    [Fact]
    public async Task A_field_of_a_row_is_not_given_a_second_time()
    {
        Assert.Equal(ExitCodes.Usage, await FeedAsync("--single", "--with", "{\"id\":1}"));

        Assert.Empty(_arguments);
    }

    [Fact]
    public async Task It_stops_at_the_batch_that_the_contract_fails()
    {
        var calls = 0;
        var takes = _cli.Chain.Contract!;
        _cli.Chain.Contract = transaction => ++calls < 3
            ? takes(transaction)
            : new ContractOutcome { Status = ContractStatus.Failed, Code = "CLOSED", Message = "no more" };

        Assert.Equal(ExitCodes.ContractFailed, await FeedAsync("--batch", "10"));

        Assert.Equal(3, calls);
        Assert.Contains("CLOSED", _cli.Error, StringComparison.Ordinal);
    }

    private Task<int> FeedAsync(params string[] more)
    {
        string[] each = more.Contains("--each")
            ? []
            : ["--each", "id=row", "request=subject", "final=attributes.final", "amount=attributes.amount"];
        string[] with = more.Contains("--with") ? [] : ["--with", """{"source":"rfp"}"""];
        return _cli.RunAsync(
        [
            "contract", "feed", "settlement", "importEvents", CliFixture.Sample("request-for-payment.sample.xes"),
            "--map", CliFixture.Sample("request-for-payment.map.json"), .. with, .. each, .. more,
        ]);
    }
}
