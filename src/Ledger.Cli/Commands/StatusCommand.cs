using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Nodes;
using Ledger.Cli.Output;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger status</c>: how each node is doing.</summary>
internal static class StatusCommand
{
    private const double LeastSeconds = 0.2;

    public static Command Create(CliHost host)
    {
        var folder = new Argument<string?>("dir")
        {
            Description = "Folder that 'ledger init' made. Left out: the endpoints of the command line or the profile.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var watch = new Option<bool>("--watch", "-w")
        {
            Description = "Goes on until Ctrl-C: redraws the table on a terminal, else writes a line for each change.",
        };
        var interval = new Option<double>("--interval")
        {
            Description = "Seconds between two looks, at least 0.2.",
            DefaultValueFactory = _ => 1,
            HelpName = "seconds",
        };
        var command = new Command("status", "Shows height, view, primary and peers of every node, and which are down.")
        {
            folder, watch, interval,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var nodes = NodesToAsk.Of(host, parsed, parsed.GetValue(folder));
            if (!parsed.GetValue(watch)) return RunAsync(host, parsed, nodes, cancellation);
            var seconds = parsed.GetValue(interval);
            return seconds is >= LeastSeconds and <= 3600
                ? new StatusWatch(host, parsed, nodes).RunAsync(TimeSpan.FromSeconds(seconds), cancellation)
                : throw new CliException(
                    ExitCodes.Usage,
                    string.Create(CultureInfo.InvariantCulture, $"--interval must be {LeastSeconds} to 3600 seconds"));
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host, ParseResult parsed, NodesToAsk nodes, CancellationToken cancellation)
    {
        var answers = await NodeAnswer.AskAllAsync(host, nodes, cancellation);
        new Result(host, parsed).Say(
            lines =>
            {
                foreach (var line in NodeStatusTable.Lines(answers, Paint.Of(host))) lines.WriteLine(line);
            },
            json =>
            {
                json.WriteStartArray("nodes");
                foreach (var answer in answers) NodeStatusJson.Write(json, answer);
                json.WriteEndArray();
            });
        if (answers.All(a => a.Status is null)) return ExitCodes.Unavailable;
        return answers.All(a => a.IsWell) ? ExitCodes.Ok : ExitCodes.NotReady;
    }
}
