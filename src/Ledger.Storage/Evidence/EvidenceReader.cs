using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Storage.Blocks;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage.Evidence;

/// <summary>Reads leaves of the log: by place, by id, and by what their records say. Safe for concurrent use.</summary>
public sealed class EvidenceReader
{
    // A page ends after this many bytes of leaves, so that an answer fits a message.
    private const int MaxPageBytes = 4 << 20;

    // A page ends after so many entries were looked at and found not to match: a query never holds a thread for long.
    private const int MaxLookedAt = 5000;

    private readonly ReadScope _scope;
    private readonly BlockReader _blocks;

    internal EvidenceReader(ReadScope scope)
    {
        _scope = scope;
        _blocks = new BlockReader(scope);
    }

    /// <summary>The leaf at an index; null beyond the end of the log.</summary>
    public StoredLeaf? Leaf(LogIndex index) => new LeafLoader(_scope).Load(index);

    /// <summary>The leaf of a record; null when the record is not in the log.</summary>
    public StoredLeaf? Leaf(EvidenceId id) => IndexOf(id) is { } index ? Leaf(index) : null;

    /// <summary>The log index of a record; null when the record is not in the log.</summary>
    public LogIndex? IndexOf(EvidenceId id)
    {
        if (_blocks.Find(id.TransactionId) is not { } place || _blocks.IsBeforeHistory(place.Height))
            return OldIndexOf(id);
        var result = _blocks.Result(place, _blocks.IsScheduled(place) ? null : id.TransactionId);
        return id.RecordIndex < result.LeafCount ? new LogIndex(result.FirstLeaf.Value + id.RecordIndex) : null;
    }

    // A transaction's records stand one after the other.
    private LogIndex? OldIndexOf(EvidenceId id)
    {
        if (BaseReader.FirstLeaf(_scope, id.TransactionId) is not { } first) return null;
        var index = new LogIndex(first.Value + id.RecordIndex);
        return OldLeaves.Load(_scope, index)?.Leaf.Id == id ? index : null;
    }

    /// <summary>
    /// Neighbouring leaves, from an index on: up to <paramref name="count"/>, and no more after the one that takes them to
    /// <paramref name="bytes"/>. Fewer at the end of the log.
    /// </summary>
    public IReadOnlyList<StoredLeaf> Leaves(LogIndex first, int count, int bytes)
    {
        var loader = new LeafLoader(_scope);
        var leaves = new List<StoredLeaf>();
        for (var taken = 0; leaves.Count < count && taken < bytes;)
        {
            if (loader.Load(new LogIndex(first.Value + (ulong)leaves.Count)) is not { } leaf) break;
            leaves.Add(leaf);
            taken += leaf.Encoded.Length;
        }

        return leaves;
    }

    /// <summary>
    /// The log indexes of the leaves with consensus time from <paramref name="from"/> to before
    /// <paramref name="to"/>: pass it to <see cref="Query"/>.
    /// </summary>
    public LeafRange Between(Timestamp from, Timestamp to)
    {
        var newest = Newest();
        if (newest is null) return new LeafRange { To = 0 };
        return new LeafRange { From = LogSizeBefore(from, newest), To = LogSizeBefore(to, newest) };
    }

    /// <summary>
    /// Finds leaves. The most selective index that the filter allows is used and everything is compared.
    /// </summary>
    /// <param name="filter">What is wanted.</param>
    /// <param name="range">Where, and how much.</param>
    /// <param name="isShown">
    /// Asked of each leaf that is wanted, in order: whether it belongs into the answer; null ends the page before it, so that
    /// the next page begins with it. Null when all do.
    /// </param>
    public LeafPage Query(EvidenceFilter filter, LeafRange range, Func<StoredLeaf, bool?>? isShown = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range.Limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.Limit, LeafRange.MaxLimit);
        if (range.From >= range.To) return new LeafPage([], null);
        if (Choose(filter) is not var (family, shortHash)) return Collect(All(range), filter, range, isShown);
        using var scan = new IndexScan(
            _scope, _scope.Context.Database.Family(family), shortHash, range.From, range.To, range.NewestFirst);
        return Collect(scan.Next, filter, range, isShown);
    }

    private static (string Family, byte[] ShortHash)? Choose(EvidenceFilter filter)
    {
        if (filter.Digest is { } digest) return (LedgerSchema.DigestIndex, LedgerSchema.ShortHash(digest.Span));
        if (filter.Subject is { } subject) return (LedgerSchema.SubjectIndex, LedgerSchema.ShortHash(subject));
        if (filter.Actor is { } actor) return (LedgerSchema.ActorIndex, LedgerSchema.ShortHash(actor));
        return filter.Type is { } type ? (LedgerSchema.TypeIndex, LedgerSchema.ShortHash(type)) : null;
    }

    // Every leaf of the range that is here.
    private Func<ulong?> All(LeafRange range)
    {
        var newest = Newest();
        var context = _scope.Context;
        var first = context.HasBase && !context.HasOldLeaves
            ? _blocks.Required(context.BaseHeight).Header.LogSize
            : 0;
        var from = Math.Max(range.From, first);
        var to = Math.Min(range.To, newest?.LogSize ?? 0);
        return range.NewestFirst
            ? () => from < to ? --to : null
            : () => from < to ? from++ : null;
    }

    private LeafPage Collect(
        Func<ulong?> next, EvidenceFilter filter, LeafRange range, Func<StoredLeaf, bool?>? isShown)
    {
        var loader = new LeafLoader(_scope);
        var leaves = new List<StoredLeaf>();
        var bytes = 0;
        var lookedAt = 0;
        while (next() is { } index)
        {
            if (leaves.Count == range.Limit || bytes >= MaxPageBytes || lookedAt == MaxLookedAt)
                return new LeafPage(leaves, RestOf(range, index));

            lookedAt++;
            // An index entry without a leaf is damage, and for verification to report: a query goes on.
            var leaf = loader.Load(new LogIndex(index));
            if (leaf is null || !filter.Matches(leaf.Record)) continue;
            var shown = isShown is null ? true : isShown(leaf);
            if (shown is null) return new LeafPage(leaves, RestOf(range, index));
            if (shown is false) continue;
            leaves.Add(leaf);
            bytes += leaf.Encoded.Length;
        }

        return new LeafPage(leaves, null);
    }

    /// <summary>
    /// Whether a member sent one of the first records of a subject's timeline. Reads the index and no transaction.
    /// </summary>
    /// <param name="subject">The subject.</param>
    /// <param name="member">The member's id.</param>
    /// <param name="logSize">The log index after the last that counts.</param>
    /// <param name="limit">How many records of the timeline are looked at.</param>
    /// <param name="lookedAt">How many were.</param>
    public bool TookPart(string subject, string member, ulong logSize, int limit, out int lookedAt)
    {
        lookedAt = 0;
        using var scan = new IndexScan(
            _scope, _scope.Context.SubjectIndex, LedgerSchema.ShortHash(subject), 0, logSize, newestFirst: false);
        for (; lookedAt < limit && scan.Next() is { } index; lookedAt++)
        {
            if (LeafSummary.Read(_scope, index) is { } leaf && leaf.Member == member) return true;
        }

        return false;
    }

    private static LeafRange RestOf(LeafRange range, ulong index) =>
        range.NewestFirst ? range with { To = index + 1 } : range with { From = index };

    private ulong LogSizeBefore(Timestamp time, Watermark newest)
    {
        if (_scope.Context.HasOldLeaves && OldSizeBefore(time) is { } old) return old;
        if (_blocks.FirstAtOrAfter(time, newest.Height) is not { } height) return newest.LogSize;
        if (_blocks.IsBeforeHistory(height)) return _blocks.Required(height).Header.LogSize;
        return height.Value == 0 ? 0 : _blocks.Required(new BlockHeight(height.Value - 1)).Header.LogSize;
    }

    // Consensus time never decreases along the log. Null when all leaves from before the base are earlier.
    private ulong? OldSizeBefore(Timestamp time)
    {
        var size = _blocks.Required(_scope.Context.BaseHeight).Header.LogSize;
        var (low, high) = (0UL, size);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (OldLeaves.Load(_scope, new LogIndex(middle))?.Leaf.Time < time) low = middle + 1;
            else high = middle;
        }

        return low < size ? low : null;
    }

    private Watermark? Newest()
    {
        var mark = _scope.Mark(LedgerSchema.WatermarkKey);
        return mark is null ? null : Watermark.Decode(mark);
    }
}
