namespace Ledger.Testing.Histories;

/// <summary>
/// Checks reads for which no height was demanded: a node may lag behind another, so such a read may be old, but it must be
/// a beginning of the timeline as it is in the end, must not hold what nobody had begun to anchor yet, and one node never
/// goes back behind what it showed before. Immutable.
/// </summary>
public static class LaggingReadChecker
{
    /// <summary>Checks one subject's reads.</summary>
    /// <param name="final">The timeline in the end.</param>
    /// <param name="appends">When each record was begun to be anchored.</param>
    /// <param name="reads">The reads; the client of each is the node that answered.</param>
    public static HistoryVerdict Check(
        IReadOnlyList<int> final, IEnumerable<AppendOperation> appends, IEnumerable<ReadOperation> reads)
    {
        var begun = appends.ToDictionary(a => a.Record, a => a.Invoked);
        var all = reads.OrderBy(r => r.Invoked).ToArray();
        foreach (var read in all)
        {
            if (!read.Seen.SequenceEqual(final.Take(read.Seen.Count)))
                return Bad(read, "which is no beginning of the timeline");
            foreach (var record in read.Seen)
            {
                if (begun[record] > read.Returned) return Bad(read, $"of which {record} was not begun yet");
            }
        }

        foreach (var node in all.GroupBy(r => r.Client))
        {
            foreach (var read in node)
            {
                var earlier = node.Where(r => r.Returned < read.Invoked).Select(r => r.Seen.Count).DefaultIfEmpty(0).Max();
                if (read.Seen.Count < earlier) return Bad(read, $"after it had shown {earlier} records");
            }
        }

        return HistoryVerdict.Good;
    }

    private static HistoryVerdict Bad(ReadOperation read, string why) => new(
        false,
        $"node {read.Client} answered from {read.Invoked} to {read.Returned} with [{string.Join(' ', read.Seen)}], {why}");
}
