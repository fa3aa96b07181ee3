using System.CommandLine;
using Ledger.Cli.Doctor;
using Ledger.Cli.Output;
using Ledger.Cli.Processes;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger up</c>: starts the nodes of a consortium's folder, each as its own process.</summary>
internal static class UpCommand
{
    private const int TailLines = 15;
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(150);

    public static Command Create(CliHost host)
    {
        var folder = new Argument<string>("dir")
        {
            Description = "Folder that 'ledger init' made, or that of one node, as 'ledger validator new' makes.",
        };
        var timeout = new Option<int>("--timeout")
        {
            Description = "Seconds to wait until all nodes are ready.",
            DefaultValueFactory = _ => 60,
            HelpName = "seconds",
        };
        var command = new Command(
            "up", "Starts the nodes of a consortium on this machine and waits until they are ready.")
        {
            folder, timeout,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            host,
            parsed,
            ConsortiumFolder.Nodes(host.Resolve(parsed.GetRequiredValue(folder))),
            TimeSpan.FromSeconds(parsed.GetValue(timeout)),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host,
        ParseResult parsed,
        IReadOnlyList<NodeFolder> nodes,
        TimeSpan timeout,
        CancellationToken cancellation)
    {
        var before = nodes.ToDictionary(n => n.Index, NodeProcess.Find);
        // All or none: a consortium of which half is up is harder to understand than one line that says why.
        foreach (var node in nodes.Where(n => before[n.Index] is null)) PortChecks.RequireFree(node);
        var running = new List<(NodeFolder Node, NodeProcess Process)>();
        foreach (var node in nodes) running.Add((node, before[node.Index] ?? NodeProcess.Start(node)));
        // Readiness of the processes just started is all that is asked here; who answers need not be proven.
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(2) };
        var since = host.Time.GetTimestamp();
        var waiting = running.ToList();
        var ready = new HashSet<int>();
        while (true)
        {
            foreach (var (node, process) in running)
            {
                if (!process.IsRunning) throw Ended(node);
            }

            for (var i = waiting.Count - 1; i >= 0; i--)
            {
                var node = waiting[i].Node;
                if (await IsReadyAsync(http, node, cancellation) is not { } isReady) continue;
                if (isReady) ready.Add(node.Index);
                // A candidate is not ready before the change that takes it in: that it answers is enough.
                if (isReady || node.IsCandidate) waiting.RemoveAt(i);
            }

            if (waiting.Count == 0) break;
            if (host.Time.GetElapsedTime(since) > timeout) throw NotReady(waiting[0].Node, timeout);
            await Task.Delay(PollEvery, cancellation);
        }

        string StateOf(NodeFolder node) => ready.Contains(node.Index) ? "ready" : "candidate";
        new Result(host, parsed).Say(
            lines =>
            {
                foreach (var (node, process) in running)
                    lines.WriteLine($"node {node.Name}  {StateOf(node)}  pid {process.Id}  clients {node.Address}  "
                        + $"log {node.LogPath}{(before[node.Index] is null ? "" : "  (ran already)")}");
            },
            json =>
            {
                json.WriteStartArray("nodes");
                foreach (var (node, process) in running)
                {
                    json.WriteStartObject();
                    json.WriteNumber("index", node.Index);
                    json.WriteString("name", node.Name);
                    json.WriteString("state", StateOf(node));
                    json.WriteNumber("pid", process.Id);
                    json.WriteBoolean("ran_already", before[node.Index] is not null);
                    json.WriteString("endpoint", node.Address);
                    json.WriteString("log", node.LogPath);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        return ExitCodes.Ok;
    }

    // Null when it does not answer.
    private static async Task<bool?> IsReadyAsync(HttpClient http, NodeFolder node, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(node.Readiness, cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException
            || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    private static CliException Ended(NodeFolder node) => new(
        ExitCodes.Failure,
        $"node {node.Name} ended; the other nodes go on ('ledger down' stops them). The end of "
            + $"{node.LogPath}:\n{Tail(node)}");

    private static CliException NotReady(NodeFolder node, TimeSpan timeout) => new(
        ExitCodes.NotReady,
        $"node {node.Name} is not ready after {timeout.TotalSeconds:0} s; it goes on trying. The end of "
            + $"{node.LogPath}:\n{Tail(node)}");

    private static string Tail(NodeFolder node) =>
        string.Join('\n', LogTail.Read(node.LogPath, TailLines).Select(line => "  " + line));
}
