using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Storage.Blocks;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage.Evidence;

/// <summary>
/// Puts leaves together from their pointers, transactions and headers, and checks each against its hash. Remembers the
/// last transaction, header and leaf, because neighbours share them.
/// </summary>
/// <remarks>Not thread-safe: one for each query.</remarks>
internal sealed class LeafLoader(ReadScope scope)
{
    // Earlier leaves with the same truncated subject hash that are tried as the predecessor. One is the rule; a second
    // would be a collision of 128 bits.
    private const int MaxCandidates = 16;

    private readonly BlockReader _blocks = new(scope);
    private (TransactionPlace Place, LeafSource Source)? _source;
    private (BlockHeight Height, Timestamp Time)? _header;
    private (string Subject, ulong Sequence, Hash256 Hash)? _last;

    /// <summary>The leaf at an index; null beyond the end of the log.</summary>
    public StoredLeaf? Load(LogIndex index)
    {
        var key = LedgerSchema.LeafKey(index);
        var bytes = scope.Get(scope.Context.Leaves, key);
        if (bytes is null) return OldLeaves.Load(scope, index);
        if (!LeafPointer.TryDecode(bytes, out var pointer)) throw Corrupt(index, "not a leaf pointer");
        var source = SourceOf(index, pointer);
        if (pointer.RecordIndex >= (uint)source.Items.Count) throw Corrupt(index, "its transaction has no such record");
        var item = source.Items[(int)pointer.RecordIndex];
        foreach (var previous in Predecessors(index, item.Record.Subject, pointer.SubjectSequence))
        {
            var leaf = Assemble(pointer, source, item, TimeOf(pointer.Height), previous);
            var encoded = leaf.Encode();
            var hash = EvidenceLeaf.HashOf(encoded, scope.Context.Hash);
            if (hash != pointer.Hash) continue;
            _last = (item.Record.Subject, pointer.SubjectSequence, hash);
            return new StoredLeaf(
                index, leaf, item.Record, encoded, hash, new TransactionPlace(pointer.Height, pointer.Position));
        }

        throw Corrupt(index, "the leaf put together from it does not have its hash");
    }

    /// <summary>The leaf that a pointer, its record and its predecessor make.</summary>
    public static EvidenceLeaf Assemble(
        in LeafPointer pointer, LeafSource source, in EvidenceBody.Item item, Timestamp time,
        Hash256? previous) =>
        new()
        {
            RecordBytes = item.Bytes,
            Id = new EvidenceId(source.Id, pointer.RecordIndex),
            Sender = source.Sender,
            Member = pointer.Member,
            SubjectSequence = pointer.SubjectSequence,
            Previous = previous,
            Time = time,
            CoSigners = source.CoSigners,
        };

    private IEnumerable<Hash256?> Predecessors(LogIndex index, string subject, ulong sequence)
    {
        if (sequence == 1)
        {
            yield return null;
            yield break;
        }

        if (_last is { } last && last.Subject == subject && last.Sequence + 1 == sequence) yield return last.Hash;
        using var scan = new IndexScan(
            scope, scope.Context.SubjectIndex, LedgerSchema.ShortHash(subject), 0, index.Value, newestFirst: true);
        for (var tried = 0; tried < MaxCandidates && scan.Next() is { } candidate; tried++)
        {
            if (LeafSummary.Read(scope, candidate) is { } leaf && leaf.SubjectSequence + 1 == sequence)
                yield return leaf.Hash;
        }

        if (BaseReader.TimelineLeaf(scope, subject, sequence - 1) is { } before) yield return before;
    }

    private LeafSource SourceOf(LogIndex index, in LeafPointer pointer)
    {
        var place = new TransactionPlace(pointer.Height, pointer.Position);
        if (_source is { } known && known.Place == place) return known.Source;
        var source = _blocks.SourceAt(place) ?? throw Corrupt(index, "it points to what holds no evidence");
        _source = (place, source);
        return source;
    }

    private Timestamp TimeOf(BlockHeight height)
    {
        if (_header is { } known && known.Height == height) return known.Time;
        var time = _blocks.Required(height).Header.Time;
        _header = (height, time);
        return time;
    }

    private StorageException Corrupt(LogIndex index, string what) =>
        scope.Corrupt(scope.Context.Leaves, LedgerSchema.LeafKey(index), what);
}
