using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger status</c>: how each node is doing.</summary>
internal static class StatusCommand
{
    private static readonly string[] Titles =
    [
        "NODE", "MEMBER", "STATE", "CERTIFIED", "EXECUTED", "RECORDS", "VIEW", "PRIMARY", "PEERS", "POOL", "CLOCK",
        "ENDPOINT",
    ];

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static Command Create(CliHost host)
    {
        var folder = new Argument<string?>("dir")
        {
            Description = "Folder that 'ledger init' made. Left out: the endpoints of the command line or the profile.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("status", "Shows height, view, primary and peers of every node, and which are down.")
        {
            folder,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var given = parsed.GetValue(folder) is { } path ? host.Resolve(path) : null;
            var session = new Session(host, parsed, given);
            var endpoints = given is null
                ? session.Endpoints
                : [.. ConsortiumFolder.Nodes(given).Select(n => n.Endpoint)];
            return RunAsync(host, parsed, endpoints, session.Connection, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host, ParseResult parsed, IReadOnlyList<Uri> endpoints, GrpcChannelOptions connection,
        CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(endpoints.Select(e => AskAsync(e, connection, cancellation)));
        new Result(host, parsed).Say(
            lines =>
            {
                foreach (var row in Table(answers)) lines.WriteLine(row);
                foreach (var observer in Observers(answers)) lines.WriteLine(observer);
                // The newest that any of them is in.
                if (answers.Select(a => a.Status).OfType<NodeStatus>().MaxBy(s => s.Epoch) is { } newest)
                {
                    lines.WriteLine(
                        $"epoch {newest.Epoch}: {newest.Validators.Count} validators, {newest.FaultsTolerated} may fail "
                        + $"or lie, quorum {newest.Quorum}");
                }
            },
            json =>
            {
                json.WriteStartArray("nodes");
                foreach (var answer in answers) WriteNode(json, answer);
                json.WriteEndArray();
            });
        if (answers.All(a => a.Status is null)) return ExitCodes.Unavailable;
        return answers.All(a => a.Status is { Ready: true }) ? ExitCodes.Ok : ExitCodes.NotReady;
    }

    private static async Task<(Uri Endpoint, NodeStatus? Status, string? Problem)> AskAsync(
        Uri endpoint, GrpcChannelOptions connection, CancellationToken cancellation)
    {
        using var node = new GrpcNodeApi(endpoint, connection);
        try
        {
            return (endpoint, await node.GetStatusAsync(new GetStatusRequest(), Timeout, cancellation), null);
        }
        catch (RpcException fault)
        {
            return (endpoint, null, fault.Status.Message);
        }
    }

    private static IEnumerable<string> Table((Uri Endpoint, NodeStatus? Status, string? Problem)[] answers)
    {
        var rows = new List<string[]> { Titles };
        foreach (var (endpoint, status, problem) in answers)
        {
            var address = endpoint.GetLeftPart(UriPartial.Authority);
            rows.Add(status is null
                ? ["-", "-", "down", "-", "-", "-", "-", "-", "-", "-", "-", $"{address}  {problem}"]
                :
                [
                    IsAudit(status) ? "audit" : Text(status.ValidatorIndex), status.Member,
                    status.Ready ? "ready" : "not ready",
                    Text(status.CertifiedHeight), Text(status.Height), Text(status.LogSize),
                    IsAudit(status) ? "-" : Text(status.View), IsAudit(status) ? "-" : Text(status.Primary),
                    $"{status.Peers.Count(p => p.Connected)}/{status.Peers.Count}",
                    Text(status.PoolTransactions), Clock(status),
                    $"{address}  {status.NotReadyReason}".TrimEnd(),
                ]);
        }

        var widths = Enumerable
            .Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows
            .Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private static bool IsAudit(NodeStatus status) => status.Role == "audit";

    // Each validator says which observers it is connected with.
    private static IEnumerable<string> Observers((Uri Endpoint, NodeStatus? Status, string? Problem)[] answers)
    {
        var validators = answers.Select(a => a.Status).OfType<NodeStatus>().Where(s => !IsAudit(s)).ToList();
        var count = validators.Count == 0 ? 0 : validators.Max(s => s.Observers.Count);
        for (var i = 0; i < count; i++)
        {
            var known = validators.Where(s => s.Observers.Count > i).Select(s => s.Observers[i]).ToList();
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"observer {i} of {known[0].Member}: connected to {known.Count(o => o.Connected)} of {validators.Count}");
        }
    }

    private static void WriteNode(
        System.Text.Json.Utf8JsonWriter json, (Uri Endpoint, NodeStatus? Status, string? Problem) answer)
    {
        json.WriteStartObject();
        json.WriteString("endpoint", answer.Endpoint.GetLeftPart(UriPartial.Authority));
        json.WriteBoolean("up", answer.Status is not null);
        if (answer.Problem is not null) json.WriteString("problem", answer.Problem);
        if (answer.Status is { } status)
        {
            json.WriteBoolean("ready", status.Ready);
            if (!status.Ready) json.WriteString("not_ready_reason", status.NotReadyReason);
            json.WriteString("software_version", status.SoftwareVersion);
            json.WriteString("role", status.Role);
            json.WriteString("member", status.Member);
            json.WriteNumber("validator_index", status.ValidatorIndex);
            json.WriteString("channel", Convert.ToHexStringLower(status.Channel.Span));
            json.WriteNumber("height", status.Height);
            json.WriteNumber("certified_height", status.CertifiedHeight);
            json.WriteNumber("certified_time_ms", status.CertifiedTimeMs);
            json.WriteNumber("log_size", status.LogSize);
            json.WriteNumber("epoch", status.Epoch);
            json.WriteNumber("view", status.View);
            json.WriteNumber("primary", status.Primary);
            json.WriteNumber("pool_transactions", status.PoolTransactions);
            if (status.HasClockOffsetMs) json.WriteNumber("clock_offset_ms", status.ClockOffsetMs);
            json.WriteNumber("quorum", status.Quorum);
            json.WriteNumber("faults_tolerated", status.FaultsTolerated);
            json.WriteStartArray("observers");
            foreach (var observer in status.Observers)
            {
                json.WriteStartObject();
                json.WriteString("member", observer.Member);
                json.WriteString("address", observer.Address);
                json.WriteBoolean("connected", observer.Connected);
                json.WriteNumber("round_trip_us", observer.RoundTripUs);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("validators");
            foreach (var validator in status.Validators)
            {
                json.WriteStartObject();
                json.WriteString("member", validator.Member);
                json.WriteString("key", Convert.ToHexStringLower(validator.Key.Span));
                json.WriteString("address", validator.Address);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("peers");
            foreach (var peer in status.Peers)
            {
                json.WriteStartObject();
                json.WriteNumber("validator_index", peer.ValidatorIndex);
                json.WriteString("member", peer.Member);
                json.WriteString("address", peer.Address);
                json.WriteBoolean("connected", peer.Connected);
                json.WriteNumber("round_trip_us", peer.RoundTripUs);
                json.WriteNumber("certified_height", peer.CertifiedHeight);
                if (peer.HasClockOffsetMs) json.WriteNumber("clock_offset_ms", peer.ClockOffsetMs);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    // Seconds from the validators' median; what is within a network's delays is nothing.
    private static string Clock(NodeStatus status) => status.HasClockOffsetMs
        ? (status.ClockOffsetMs / 1000.0).ToString("+0.0 s;-0.0 s;0.0 s", CultureInfo.InvariantCulture)
        : "-";

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
