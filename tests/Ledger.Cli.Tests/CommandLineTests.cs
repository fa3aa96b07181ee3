using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Grpc;

namespace Ledger.Cli.Tests;

public sealed class CommandLineTests
{
    private readonly CliFixture _cli = new();

    public static TheoryData<string> Commands => [.. Leaves()];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_has_help_with_a_description_of_each_option(string path)
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync([.. path.Split(' '), "--help"]));

        Assert.Contains("Description:", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("--json", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_is_in_the_guide(string path) =>
        Assert.Contains($"## ledger {path}\n", Guide(), StringComparison.Ordinal);

    [Fact]
    public void Every_exit_code_is_in_the_guide()
    {
        foreach (var field in typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = ((int)field.GetValue(null)!).ToString(CultureInfo.InvariantCulture);
            Assert.Contains($"\n| {code} |", Guide(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("anchor")]
    [InlineData("init")]
    [InlineData("import", "x")]
    [InlineData("receipt")]
    [InlineData("query", "--frob")]
    public async Task A_wrong_command_line_says_where_help_is(params string[] arguments)
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync(arguments));

        Assert.Contains("--help", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Out);
    }

    [Theory]
    [InlineData("--limt", "trace", "--limt")]
    [InlineData("--limt", "trace", "order-1", "--limt", "5")]
    [InlineData("--fast", "contract", "check", "--fast")]
    [InlineData("--gass", "contract", "call", "shop", "sell", "--gass", "5")]
    [InlineData("--typ", "anchor", "plan.md", "--typ", "trade.payment", "--subject", "x")]
    public async Task A_mistyped_option_is_named_and_never_taken_for_an_argument(
        string option, params string[] arguments)
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync(arguments));

        Assert.Contains(
            $"there is no option {option}. See: ledger {arguments[0]}", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_behind_two_dashes_is_an_argument_whatever_it_looks_like()
    {
        Assert.Equal(ExitCodes.Input, await _cli.RunAsync("contract", "check", "--", "--fast"));

        Assert.Contains($"{_cli.PathOf("--fast")} is no contract project", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GrpcStatusCode.Unavailable, ExitCodes.Unavailable)]
    [InlineData(GrpcStatusCode.DeadlineExceeded, ExitCodes.Unavailable)]
    [InlineData(GrpcStatusCode.Unknown, ExitCodes.Unavailable)]
    [InlineData(GrpcStatusCode.NotFound, ExitCodes.Refused)]
    [InlineData(GrpcStatusCode.PermissionDenied, ExitCodes.Refused)]
    public void A_node_that_does_not_answer_is_told_from_one_that_refuses(GrpcStatusCode answer, int code)
    {
        var fault = CliException.Of("http://node", FakeNode.Fault(answer));

        Assert.Equal(code, fault.ExitCode);
        Assert.StartsWith("http://node: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_are_json_when_asked_for()
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("query", "--json"));

        var error = JsonDocument.Parse(_cli.Error).RootElement.GetProperty("error");
        Assert.Equal(ExitCodes.Usage, error.GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public async Task What_is_missing_is_named_when_there_is_no_profile()
    {
        File.Delete(_cli.PathOf("ledger.profile.json"));

        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("trace", "x"));

        Assert.Contains("--endpoint", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_is_named_by_its_file_or_its_folder()
    {
        var other = Directory.CreateDirectory(_cli.PathOf("other")).FullName;
        foreach (var name in new[] { "ledger.profile.json", "client.key", "genesis.json" })
            File.Move(_cli.PathOf(name), Path.Combine(other, name));

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("query", "--subject", "x", "--profile", "other"));
        Assert.Equal(
            ExitCodes.Ok, await _cli.RunAsync("query", "--subject", "x", "--profile", "other/ledger.profile.json"));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("query", "--subject", "x", "--profile", "nowhere"));
    }

    [Theory]
    [InlineData("{\"ledger_profile\":1,\"endpoint\":[]}")]
    [InlineData("{\"ledger_profile\":2}")]
    [InlineData("{}")]
    [InlineData("no json")]
    public async Task A_profile_with_an_error_is_refused(string text)
    {
        await File.WriteAllTextAsync(_cli.PathOf("ledger.profile.json"), text);

        Assert.Equal(ExitCodes.Input, await _cli.RunAsync("query", "--subject", "x"));
    }

    [Fact]
    public async Task An_identity_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(_cli.PathOf("client.key"), (UnixFileMode)0b110_100_100);

        Assert.Equal(ExitCodes.Input, await _cli.RunAsync("anchor", "--type", "trade.access", "--subject", "x"));

        Assert.Contains("chmod 600", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_database_is_refused()
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("db", "verify", "."));

        Assert.Contains("no database", _cli.Error, StringComparison.Ordinal);
    }

    private static string Guide() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Docs", "cli.md"));

    private static IEnumerable<string> Leaves()
    {
        var root = LedgerCommand.Create(new CliHost { Out = TextWriter.Null, Error = TextWriter.Null, Folder = "." });
        return root.Subcommands
            .SelectMany(c => c.Subcommands.Count == 0 ? [c.Name] : c.Subcommands.Select(s => $"{c.Name} {s.Name}"));
    }
}
