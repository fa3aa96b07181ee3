namespace Ledger.Testing.Histories;

/// <summary>
/// Decides whether a timeline behaved as one list on one machine would have: whether there is an order of all operations
/// that keeps the order of those that did not overlap, and in which each read returns what was appended before it.
/// </summary>
/// <remarks>
/// For lists there is no need to search, as Wing and Gong (1993) must for other objects: records are unique and reads show
/// the whole list, so each read must be a beginning of the longest one, which fixes the order of what it shows. What is left
/// is to see that nothing ended before something began that comes earlier in that order. An append of unknown outcome that no
/// read shows need not have happened. Immutable.
/// </remarks>
public static class LinearizabilityChecker
{
    /// <summary>Checks the operations of one subject.</summary>
    public static HistoryVerdict Check(IReadOnlyCollection<TimelineOperation> history)
    {
        var reads = history.OfType<ReadOperation>().OrderBy(r => r.Seen.Count).ToArray();
        var appends = history.OfType<AppendOperation>().ToDictionary(a => a.Record);
        var order = reads.LastOrDefault()?.Seen ?? [];
        if (order.Distinct().Count() != order.Count) return Bad($"{Describe(reads[^1])} shows a record twice");
        foreach (var read in reads)
        {
            if (!read.Seen.SequenceEqual(order.Take(read.Seen.Count)))
                return Bad($"{Describe(read)} is no beginning of what {Describe(reads[^1])} shows");
        }

        if (order.FirstOrDefault(record => !appends.ContainsKey(record), -1) is >= 0 and var stranger)
            return Bad($"{Describe(reads[^1])} shows {stranger}, which nobody anchored");
        return CheckTimes(Groups(reads, appends, order));
    }

    // The only order that can explain the reads, in groups within which any order will do: the reads of the empty list, the
    // first record, the reads that show one record, the second record, and so on; what no read shows comes last.
    private static IEnumerable<IReadOnlyList<TimelineOperation>> Groups(
        ReadOperation[] reads, Dictionary<int, AppendOperation> appends, IReadOnlyList<int> order)
    {
        var byLength = reads.ToLookup(r => r.Seen.Count);
        for (var length = 0; length <= order.Count; length++)
        {
            yield return [.. byLength[length]];
            if (length < order.Count) yield return [appends[order[length]]];
        }

        var shown = order.ToHashSet();
        yield return
            [.. appends.Values.Where(a => !shown.Contains(a.Record) && a.Returned != TimelineOperation.Never)];
    }

    private static HistoryVerdict CheckTimes(IEnumerable<IReadOnlyList<TimelineOperation>> groups)
    {
        TimelineOperation? latest = null;
        foreach (var group in groups)
        {
            foreach (var operation in group)
            {
                if (latest is not null && operation.Returned < latest.Invoked)
                {
                    return Bad(
                        $"{Describe(operation)} had ended before {Describe(latest)} began, and must come after it "
                        + "all the same");
                }
            }

            foreach (var operation in group)
            {
                if (latest is null || operation.Invoked > latest.Invoked) latest = operation;
            }
        }

        return HistoryVerdict.Good;
    }

    private static HistoryVerdict Bad(string detail) => new(false, detail);

    private static string Describe(TimelineOperation operation) => operation switch
    {
        ReadOperation read =>
            $"the read of client {read.Client} from {read.Invoked} to {read.Returned}, which saw "
            + $"[{string.Join(' ', read.Seen)}],",
        AppendOperation append =>
            $"the append of {append.Record} by client {append.Client} from {append.Invoked} to {append.Returned}",
        _ => "nothing",
    };
}
