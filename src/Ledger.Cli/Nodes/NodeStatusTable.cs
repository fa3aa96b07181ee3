using System.Globalization;
using Ledger.Cli.Output;
using Ledger.Core.Api.V1;

namespace Ledger.Cli.Nodes;

/// <summary>What nodes said of themselves, as people read it.</summary>
internal static class NodeStatusTable
{
    private const int StateColumn = 2;

    private static readonly string[] Titles =
    [
        "NODE", "MEMBER", "STATE", "CERTIFIED", "EXECUTED", "RECORDS", "VIEW", "PRIMARY", "PEERS", "POOL", "CLOCK",
        "ENDPOINT",
    ];

    /// <summary>The lines: a row for each node, observers, and what the set of validators can bear.</summary>
    public static IEnumerable<string> Lines(NodeAnswer[] answers, Paint paint)
    {
        foreach (var row in Table(answers, paint)) yield return row;
        foreach (var observer in Observers(answers)) yield return observer;
        // The newest that any of them is in.
        if (answers.Select(a => a.Status).OfType<NodeStatus>().MaxBy(s => s.Epoch) is { } newest)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {newest.Epoch}: {newest.Validators.Count} validators, {newest.FaultsTolerated} may fail or lie, "
                + $"quorum {newest.Quorum}");
        }
    }

    private static IEnumerable<string> Table(NodeAnswer[] answers, Paint paint)
    {
        var rows = answers.Select(Row).Prepend(Titles).ToList();
        var widths = Enumerable
            .Range(0, Titles.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        // Colours after padding: they have no width.
        return rows.Select((row, number) => string.Join("  ", row.Select((cell, column) =>
        {
            var padded = column == Titles.Length - 1 ? cell : cell.PadRight(widths[column]);
            if (number == 0) return paint.Strong(padded);
            return column == StateColumn ? Painted(answers[number - 1], padded, paint) : padded;
        })).TrimEnd());
    }

    private static string Painted(NodeAnswer answer, string cell, Paint paint) => answer.Status switch
    {
        null => paint.Bad(cell),
        { Ready: true } => paint.Good(cell),
        _ => paint.Warn(cell),
    };

    private static string[] Row(NodeAnswer answer)
    {
        if (answer.Status is not { } status)
            return ["-", "-", "down", "-", "-", "-", "-", "-", "-", "-", "-", $"{answer.Address}  {answer.Problem}"];
        return
        [
            answer.IsAudit ? "audit" : answer.IsValidator ? Text(status.ValidatorIndex) : "-",
            status.Member.Length > 0 ? status.Member : "-",
            status.Ready ? "ready" : answer.RemovedIn is null ? "not ready" : "removed",
            Text(status.CertifiedHeight), Text(status.Height), Text(status.LogSize),
            answer.IsAudit ? "-" : Text(status.View), answer.IsAudit ? "-" : Text(status.Primary),
            $"{status.Peers.Count(p => p.Connected)}/{status.Peers.Count}",
            Text(status.PoolTransactions), Clock(status),
            $"{answer.Address}  {Note(answer, status)}".TrimEnd(),
        ];
    }

    private static string Note(NodeAnswer answer, NodeStatus status) => answer.RemovedIn is { } epoch
        ? string.Create(CultureInfo.InvariantCulture, $"no validator of epoch {epoch}; it may be stopped")
        : status.NotReadyReason;

    // Each validator says which observers it is connected with.
    private static IEnumerable<string> Observers(NodeAnswer[] answers)
    {
        var validators = answers.Where(a => !a.IsAudit).Select(a => a.Status).OfType<NodeStatus>().ToList();
        var count = validators.Count == 0 ? 0 : validators.Max(s => s.Observers.Count);
        for (var i = 0; i < count; i++)
        {
            var known = validators.Where(s => s.Observers.Count > i).Select(s => s.Observers[i]).ToList();
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"observer {i} of {known[0].Member}: connected to {known.Count(o => o.Connected)} of {validators.Count}");
        }
    }

    // Seconds from the validators' median; what is within a network's delays is nothing.
    private static string Clock(NodeStatus status) => status.HasClockOffsetMs
        ? (status.ClockOffsetMs / 1000.0).ToString("+0.0 s;-0.0 s;0.0 s", CultureInfo.InvariantCulture)
        : "-";

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
