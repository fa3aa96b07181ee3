using System.CommandLine;
using System.Text.Json;
using Ledger.Client;
using Ledger.Client.Tests.Fakes;

namespace Ledger.Cli.Tests;

/// <summary>Every command, given what a new user gives it by mistake.</summary>
public sealed class WrongInputTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static TheoryData<string> Commands => [.. Leaves("", Root())];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task What_is_not_there_is_said_as_one_json_object(string path)
    {
        var cli = new CliFixture();

        await AssertJsonAsync(cli, path, "nowhere");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_folder_in_place_of_a_file_is_said_as_one_json_object(string path)
    {
        var cli = new CliFixture();
        Directory.CreateDirectory(cli.PathOf("folder"));

        await AssertJsonAsync(cli, path, "folder");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_file_of_another_kind_is_said_as_one_json_object(string path)
    {
        var cli = new CliFixture();
        await File.WriteAllBytesAsync(cli.PathOf("file"), [0x1f, 0x8b, 0, 0xff, 0xfe, (byte)'{', (byte)'\n']);

        await AssertJsonAsync(cli, path, "file");
    }

    private static async Task AssertJsonAsync(CliFixture cli, string path, string value)
    {
        var command = path.Split(' ').Aggregate((Command)Root(), (c, name) => c.Subcommands.Single(s => s.Name == name));
        var arguments = new List<string>(path.Split(' '));
        foreach (var option in command.Options.Where(o => o.Required)) arguments.AddRange([option.Name, value]);
        arguments.AddRange(command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0).Select(_ => value));
        // A chain on which there is something, else.
        using (var client = new LedgerClient(cli.Channel.Options(cli.Time), [cli.Node]))
            cli.Chain.Execute(client.Sign([TestChannel.Record("another")]));
        cli.Stop.CancelAfter(Patience);

        var code = await cli.RunAsync([.. arguments, "--json"]);

        Assert.False(cli.Stop.IsCancellationRequested, "the command does not end by itself");
        Assert.Contains(code, KnownCodes());
        // A script for a shell is no result that a program would read.
        if (path == "completion" && code == ExitCodes.Ok) return;
        var text = cli.Out.Length > 0 ? cli.Out : cli.Error;
        Assert.True(cli.Out.Length == 0 || cli.Error.Length == 0, $"both streams: {cli.Out}\n---\n{cli.Error}");
        var said = JsonDocument.Parse(text).RootElement;
        if (cli.Error.Length == 0) return;
        var error = said.GetProperty("error");
        Assert.Equal(code, error.GetProperty("exit_code").GetInt32());
        var message = error.GetProperty("message").GetString()!;
        Assert.True(message.Length > 20, message);
        // A message for people names no type of the program's.
        Assert.DoesNotContain("Exception", message, StringComparison.Ordinal);
    }

    private static IEnumerable<int> KnownCodes() => typeof(ExitCodes).GetFields().Select(f => (int)f.GetValue(null)!);

    private static RootCommand Root() =>
        LedgerCommand.Create(new CliHost { Out = TextWriter.Null, Error = TextWriter.Null, Folder = "." });

    private static IEnumerable<string> Leaves(string path, Command command) => command.Subcommands.SelectMany(
        c => c.Subcommands.Count == 0 ? [path + c.Name] : Leaves($"{path}{c.Name} ", c));
}
