using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Processes;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger down</c>: stops the nodes that <c>ledger up</c> started.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);

    public static Command Create(CliHost host)
    {
        var folder = new Argument<string>("dir")
        {
            Description = "Folder that 'ledger init' made, or the folder of one node.",
        };
        var grace = new Option<int>("--grace")
        {
            Description = "Seconds a node has to end in an orderly way before it is killed. Killing loses nothing.",
            DefaultValueFactory = _ => 15,
            HelpName = "seconds",
        };
        var command = new Command("down", "Stops the nodes of a consortium on this machine.") { folder, grace };
        command.SetAction((parsed, cancellation) => RunAsync(
            host,
            parsed,
            ConsortiumFolder.Nodes(host.Resolve(parsed.GetRequiredValue(folder))),
            TimeSpan.FromSeconds(parsed.GetValue(grace)),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host,
        ParseResult parsed,
        IReadOnlyList<NodeFolder> nodes,
        TimeSpan grace,
        CancellationToken cancellation)
    {
        var ends = nodes.ToDictionary(n => n.Index, _ => "was not running");
        var running = nodes
            .Select(n => (Node: n, Process: NodeProcess.Find(n))).Where(n => n.Process is not null).ToList();
        foreach (var (_, process) in running) process!.Signal(kill: false);
        var since = host.Time.GetTimestamp();
        while (running.Any(n => n.Process!.IsRunning) && host.Time.GetElapsedTime(since) < grace)
            await Task.Delay(PollEvery, cancellation);
        foreach (var (node, process) in running)
        {
            ends[node.Index] = process!.IsRunning ? "killed" : "stopped";
            process.Signal(kill: true);
        }

        foreach (var node in nodes) File.Delete(node.PidPath);
        new Result(host, parsed).Say(
            lines =>
            {
                foreach (var node in nodes) lines.WriteLine($"node {node.Name}  {ends[node.Index]}");
            },
            json =>
            {
                json.WriteStartArray("nodes");
                foreach (var node in nodes)
                {
                    json.WriteStartObject();
                    json.WriteNumber("index", node.Index);
                    json.WriteString("name", node.Name);
                    json.WriteString("end", ends[node.Index]);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        return ExitCodes.Ok;
    }
}
