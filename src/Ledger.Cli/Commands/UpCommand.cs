using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Doctor;
using Ledger.Cli.Nodes;
using Ledger.Cli.Output;
using Ledger.Cli.Processes;
using Ledger.Client.Identity;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger up</c>: starts the nodes of a consortium's folder, each as its own process.</summary>
internal static class UpCommand
{
    private const int TailLines = 15;
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(150);

    // How long nodes that answer and are not ready are given before they are asked whether they are validators at all.
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

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
            host.Resolve(parsed.GetRequiredValue(folder)),
            TimeSpan.FromSeconds(parsed.GetValue(timeout)),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host,
        ParseResult parsed,
        string folder,
        TimeSpan timeout,
        CancellationToken cancellation)
    {
        var nodes = ConsortiumFolder.Nodes(folder);
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
        var removed = new Dictionary<int, ulong>();
        var asked = since;
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

            if (waiting.Count > 0 && host.Time.GetElapsedTime(asked) >= AskEvery)
            {
                removed = await FindRemovedAsync(host, parsed, folder, nodes, cancellation);
                waiting.RemoveAll(w => removed.ContainsKey(w.Node.Index));
                asked = host.Time.GetTimestamp();
            }

            if (waiting.Count == 0) break;
            if (host.Time.GetElapsedTime(since) > timeout) throw NotReady(waiting[0].Node, timeout);
            await Task.Delay(PollEvery, cancellation);
        }

        string StateOf(NodeFolder node) =>
            ready.Contains(node.Index) ? "ready" : removed.ContainsKey(node.Index) ? "removed" : "candidate";
        new Result(host, parsed).Say(
            lines =>
            {
                foreach (var (node, process) in running)
                    lines.WriteLine($"node {node.Name}  {StateOf(node)}  pid {process.Id}  clients {node.Address}  "
                        + $"log {node.LogPath}{(before[node.Index] is null ? "" : "  (ran already)")}");
                foreach (var (node, _) in running)
                {
                    if (removed.TryGetValue(node.Index, out var epoch)) lines.WriteLine(AboutRemoved(node, epoch));
                }
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
                    if (removed.TryGetValue(node.Index, out var epoch)) json.WriteNumber("removed_in_epoch", epoch);
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

    // Which of the nodes a change of the validators removed, with the epoch in which they have no place: no time makes them
    // ready. None are known where nobody said who asks, as with a node's own folder and no profile.
    private static async Task<Dictionary<int, ulong>> FindRemovedAsync(
        CliHost host, ParseResult parsed, string folder, IReadOnlyList<NodeFolder> nodes, CancellationToken cancellation)
    {
        NodesToAsk ask;
        try
        {
            ask = NodesToAsk.Of(host, parsed, folder, nodes);
        }
        catch (Exception e) when (e is CliException or IdentityFileException or IOException)
        {
            return [];
        }

        var answers = await NodeAnswer.AskAllAsync(host, ask, cancellation);
        return nodes.Zip(answers).Where(n => n.Second.RemovedIn is not null)
            .ToDictionary(n => n.First.Index, n => n.Second.RemovedIn!.Value);
    }

    private static string AboutRemoved(NodeFolder node, ulong epoch) => string.Create(
        CultureInfo.InvariantCulture,
        $"node {node.Name} is no validator of epoch {epoch}: a change removed it. It runs, and follows while the others let "
        + $"it, but nobody waits for it. 'ledger down {node.Folder}' stops it; once its folder is moved out of "
        + $"{Path.GetDirectoryName(node.Folder)}, 'ledger up' leaves it out");

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
