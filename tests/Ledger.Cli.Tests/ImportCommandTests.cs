using Ledger.Client.Tests.Fakes;
using Ledger.Core.Grpc;

namespace Ledger.Cli.Tests;

public sealed class ImportCommandTests
{
    private readonly CliFixture _cli = new();

    [Fact]
    public async Task A_fault_of_the_mapping_names_the_mappings_file()
    {
        File.WriteAllText(_cli.PathOf("rows.csv"), "a\n1\n");
        File.WriteAllText(_cli.PathOf("map.json"), "{}");

        Assert.Equal(ExitCodes.Input, await _cli.RunAsync("import", "rows.csv", "--map", "map.json"));

        Assert.StartsWith($"ledger: the mapping {_cli.PathOf("map.json")}: ", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_approval_log_is_imported_once_however_often_it_is_asked_for()
    {
        Assert.Equal(ExitCodes.Ok, await ImportAsync("--json"));
        Assert.Equal(87, _cli.Json.GetProperty("recorded").GetInt32());

        Assert.Equal(ExitCodes.Ok, await ImportAsync("--json"));

        Assert.Equal(87, _cli.Json.GetProperty("recorded_before").GetInt32());
        Assert.Equal(87, _cli.Chain.Leaves.Count);
    }

    [Fact]
    public async Task An_import_that_is_broken_off_goes_on_when_it_is_run_again()
    {
        _cli.Node.After = (_, call) =>
        {
            if (call >= 3) throw FakeNode.Fault(GrpcStatusCode.PermissionDenied, "UNKNOWN_KEY");
        };
        Assert.Equal(ExitCodes.Undecided, await ImportAsync());
        Assert.Contains("import stopped", _cli.Error, StringComparison.Ordinal);
        _cli.Node = new FakeNode(_cli.Chain, _cli.Channel);

        Assert.Equal(ExitCodes.Ok, await ImportAsync());

        Assert.Equal(87, _cli.Chain.Leaves.Count);
        Assert.Equal(87, _cli.Chain.Leaves.Select(l => l.Record.Attribute("source_event")!.AsText).Distinct().Count());
    }

    [Fact]
    public async Task Checking_sends_nothing()
    {
        Assert.Equal(ExitCodes.Ok, await ImportAsync("--check"));

        Assert.Equal(0, _cli.Node.Calls);
        Assert.Contains("87 rows", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_row_is_refused_with_its_line_and_nothing_is_sent()
    {
        var text = await File.ReadAllTextAsync(CliFixture.Sample("request-for-payment.sample.xes"));
        await File.WriteAllTextAsync(
            _cli.PathOf("bad.xes"), text.Replace("FINAL_APPROVED", "WAVED_THROUGH", StringComparison.Ordinal));

        Assert.Equal(ExitCodes.Input, await _cli.RunAsync(
            "import", "bad.xes", "--map", CliFixture.Sample("request-for-payment.map.json")));

        Assert.Contains("concept:name", _cli.Error, StringComparison.Ordinal);
        Assert.Matches("line [0-9]+.*WAVED_THROUGH", _cli.Error);
        Assert.Equal(0, _cli.Node.Calls);
    }

    [Theory]
    [InlineData("--format", "xml")]
    [InlineData("--batch", "0")]
    [InlineData("--in-flight", "1000")]
    [InlineData("--row-key-file", "client.key")]
    public async Task A_wrong_option_is_refused(string option, string value) =>
        Assert.Equal(ExitCodes.Usage, await ImportAsync(option, value));

    [Fact]
    public async Task A_missing_file_is_refused() => Assert.Equal(
        ExitCodes.Input, await _cli.RunAsync(
            "import", "none.xes", "--map", CliFixture.Sample("request-for-payment.map.json")));

    private Task<int> ImportAsync(params string[] more) => _cli.RunAsync(
    [
        "import", CliFixture.Sample("request-for-payment.sample.xes"),
        "--map", CliFixture.Sample("request-for-payment.map.json"), "--batch", "10", .. more,
    ]);
}
