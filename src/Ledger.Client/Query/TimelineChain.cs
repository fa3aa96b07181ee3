using Ledger.Core.State;

namespace Ledger.Client.Query;

/// <summary>The rules of a subject's hash chain.</summary>
internal static class TimelineChain
{
    /// <summary>Checks that an entry is the next of a timeline.</summary>
    /// <exception cref="LedgerIntegrityException">It is not.</exception>
    public static void CheckNext(List<EvidenceEntry> before, EvidenceEntry entry)
    {
        var sequence = (ulong)before.Count + 1;
        if (entry.Leaf.SubjectSequence != sequence)
        {
            throw new LedgerIntegrityException(
                $"the timeline of '{entry.Record.Subject}' goes on with entry {entry.Leaf.SubjectSequence} where "
                    + $"{sequence} is due");
        }

        if (before.Count > 0 && entry.Leaf.Previous != before[^1].LeafHash)
        {
            throw new LedgerIntegrityException(
                $"entry {sequence} of the timeline of '{entry.Record.Subject}' does not name the entry before it");
        }
    }

    /// <summary>
    /// The entries that a proven head covers; null when the two were read at different moments and must be read again.
    /// </summary>
    /// <exception cref="LedgerIntegrityException">The head contradicts the entries.</exception>
    public static IReadOnlyList<EvidenceEntry>? Complete(List<EvidenceEntry> entries, StateValue state)
    {
        if (state.Value is not { } value)
        {
            if (entries.Count == 0) return [];
            // The state may be of a block before the first entry's.
            return entries[0].Height > state.ProvenAt.Header.Height ? null : throw Contradiction(entries);
        }

        if (!TimelineHead.TryDecode(value.Span, out var head, out var error))
            throw new LedgerIntegrityException($"the timeline's head is malformed: {error}");
        if (head.Value.Sequence > (ulong)entries.Count) return null;
        var last = entries[(int)head.Value.Sequence - 1];
        return last.LeafHash == head.Value.LeafHash && last.Index == head.Value.Index
            ? entries[..(int)head.Value.Sequence]
            : throw Contradiction(entries);
    }

    private static LedgerIntegrityException Contradiction(List<EvidenceEntry> entries) => new(
        $"the timeline of '{entries[0].Record.Subject}' ends otherwise than the certified state says");
}
