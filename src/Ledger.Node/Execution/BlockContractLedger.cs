using Ledger.Contracts.Runtime;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// The ledger in the middle of a block: what is on disk below it, with what the block has done so far laid over it.
/// </summary>
/// <remarks>Not thread-safe: one for each execution of a block.</remarks>
internal sealed class BlockContractLedger(IContractLedger below) : IContractLedger
{
    private static readonly Comparer<ReadOnlyMemory<byte>> ByBytes =
        Comparer<ReadOnlyMemory<byte>>.Create((a, b) => a.Span.SequenceCompareTo(b.Span));

    // By namespace and key, a null value deletes. Bound: the writes of one block, which its gas bounds.
    private readonly SortedDictionary<string, SortedList<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>> _writes =
        new(StringComparer.Ordinal);

    // Bound: the leaves of one block.
    private readonly List<ContractLeaf> _leaves = [];
    private readonly Dictionary<EvidenceId, int> _byId = [];

    /// <summary>The block's writes so far, each key once, ordered by namespace and key.</summary>
    public IEnumerable<StateWrite> Writes =>
        _writes.SelectMany(space => space.Value.Select(w => new StateWrite(space.Key, w.Key, w.Value)));

    /// <summary>A change of the state takes effect.</summary>
    public void Write(in ContractWrite write)
    {
        if (!_writes.TryGetValue(write.Space, out var space))
            _writes.Add(write.Space, space = new SortedList<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>(ByBytes));
        space[write.Key] = write.Value;
    }

    /// <summary>A leaf joins the log.</summary>
    public void Append(in ContractLeaf leaf)
    {
        _byId.Add(leaf.Leaf.Id, _leaves.Count);
        _leaves.Add(leaf);
    }

    public ReadOnlyMemory<byte>? Read(string space, ReadOnlyMemory<byte> key) =>
        _writes.TryGetValue(space, out var written) && written.TryGetValue(key, out var value)
            ? value
            : below.Read(space, key);

    public IReadOnlyList<ContractEntry> Scan(
        string space, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte>? after, int limit)
    {
        if (!_writes.TryGetValue(space, out var written)) return below.Scan(space, prefix, after, limit);
        var found = new List<ContractEntry>();
        var next = FirstIn(written, prefix, after);
        var from = after;
        // Deletions make a page from below worth less than its length: pages are read until the limit or the end.
        while (found.Count < limit)
        {
            var page = below.Scan(space, prefix, from, limit);
            foreach (var entry in page)
            {
                TakeUpTo(entry.Key);
                if (found.Count == limit) return found;
                if (!written.ContainsKey(entry.Key)) found.Add(entry);
                if (found.Count == limit) return found;
            }

            if (page.Count < limit)
            {
                TakeUpTo(null);
                return found;
            }

            from = page[^1].Key;
        }

        return found;

        // Adds the block's own entries up to a key of those below, or to the end of the prefix.
        void TakeUpTo(ReadOnlyMemory<byte>? key)
        {
            for (; next < written.Count && found.Count < limit; next++)
            {
                var own = written.GetKeyAtIndex(next);
                if (!own.Span.StartsWith(prefix.Span)) return;
                if (key is { } end && own.Span.SequenceCompareTo(end.Span) > 0) return;
                if (written.GetValueAtIndex(next) is { } value) found.Add(new ContractEntry(own, value));
            }
        }
    }

    public Member? Member(string id) => below.Member(id);

    public ContractLeaf? Evidence(EvidenceId id) =>
        _byId.TryGetValue(id, out var place) ? _leaves[place] : below.Evidence(id);

    public IReadOnlyList<ContractLeaf> EvidenceByDigest(ReadOnlyMemory<byte> digest, ulong from, int limit) => With(
        below.EvidenceByDigest(digest, from, limit), limit,
        leaf => leaf.Index >= from && leaf.Record.Digests.Any(d => d.Value.Span.SequenceEqual(digest.Span)));

    public IReadOnlyList<ContractLeaf> Timeline(string subject, ulong afterSequence, int limit) => With(
        below.Timeline(subject, afterSequence, limit), limit,
        leaf => leaf.Record.Subject == subject && leaf.Leaf.SubjectSequence > afterSequence);

    // What the block added comes after everything below.
    private IReadOnlyList<ContractLeaf> With(
        IReadOnlyList<ContractLeaf> found, int limit, Func<ContractLeaf, bool> isWanted) =>
        found.Count >= limit || _leaves.Count == 0
            ? found
            : [.. found, .. _leaves.Where(isWanted).Take(limit - found.Count)];

    // The place of the first own key with the prefix after a key.
    private static int FirstIn(
        SortedList<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?> written, ReadOnlyMemory<byte> prefix,
        ReadOnlyMemory<byte>? after)
    {
        var (low, high) = (0, written.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var key = written.GetKeyAtIndex(middle).Span;
            var isBefore = key.SequenceCompareTo(prefix.Span) < 0
                || (after is { } last && key.SequenceCompareTo(last.Span) <= 0);
            if (isBefore) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
