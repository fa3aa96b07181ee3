using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Storage.Blocks;
using Ledger.Storage.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.LogTrees;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage.Verify;

/// <summary>
/// Names keys that nothing accounts for. The other checks found every key that must be there; only a family that holds
/// more than those is walked again.
/// </summary>
internal static class SurplusCheck
{
    public static void Run(VerifyRun run, Marks marks, HeaderCheck headers, BlockCheck blocks)
    {
        var context = run.Context;
        Name(run, context.Meta, IsMark);
        // What a snapshot brought is as much as it is; without one there is nothing.
        if (!context.HasBase) Name(run, context.Base, _ => false);
        foreach (var family in context.Database.Families.Where(f => !LedgerSchema.Families.ContainsKey(f.Name)))
        {
            Name(run, family, _ => false);
        }

        // What could not be checked cannot be called surplus.
        var isEmpty = marks.Newest is null;
        if (isEmpty || headers.Blocks > 0) NameBeyondChain(run, headers, isEmpty);
        if (isEmpty || (blocks.Done && headers.LogSize is not null))
            NameBeyondLog(run, headers.LogSize ?? 0, blocks.OldLeaves ?? ulong.MaxValue);
    }

    private static void NameBeyondChain(VerifyRun run, HeaderCheck headers, bool isEmpty)
    {
        var newest = headers.Newest.Value;
        Name(run, run.Context.Headers, key => !isEmpty && IsHeight(key, newest));
        Name(run, run.Context.Certificates, key => !isEmpty && IsHeight(key, newest));
        Name(run, run.Context.Blocks, key => !isEmpty && IsPosition(key, headers));
        Name(run, run.Context.BlockIds, key => !isEmpty && IsHeight(key, newest) && HasTransactions(key, headers));
        Name(run, run.Context.Results, key => !isEmpty && (IsPosition(key, headers) || IsScheduled(run, key)));
        Name(run, run.Context.Epochs, key => IsEpoch(key, headers));
    }

    private static void NameBeyondLog(VerifyRun run, ulong size, ulong oldLeaves)
    {
        Name(run, run.Context.Leaves, key => key.Length == 8 && LedgerSchema.ReadNumber(key) < size);
        Name(run, run.Context.OldLeaves, key => key.Length == 8 && LedgerSchema.ReadNumber(key) < oldLeaves);
        Name(run, run.Context.LogNodes, key => IsLogNode(key, size));
        Name(run, run.Context.TransactionIndex, key => LeadsToTransaction(run, key));
        if (!run.CanRead(run.Context.Leaves)) return;
        var records = new RecordReader(run.Scope);
        foreach (var name in IndexEntries.Families)
        {
            Name(run, run.Family(name), key => LeadsToLeaf(run, records, name, key));
        }
    }

    private delegate bool Accounted(ReadOnlySpan<byte> key);

    private static void Name(VerifyRun run, ColumnFamily family, Accounted accounted)
    {
        if (!run.CanRead(family) || !run.MayHaveSurplus(family)) return;
        using var iterator = run.Scope.Iterate(family, KeyRange.All, fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            if (!accounted(iterator.Key))
                run.Report(family, iterator.Key, null, "nothing on the chain accounts for this key");
        }
    }

    private static bool IsHeight(ReadOnlySpan<byte> key, ulong newest) =>
        key.Length == 8 && LedgerSchema.ReadNumber(key) <= newest;

    private static bool HasTransactions(ReadOnlySpan<byte> key, HeaderCheck headers) =>
        headers.Sound(LedgerSchema.ReadNumber(key)) is not { TransactionCount: 0 };

    // A damaged header does not tell how many transactions it had: no key of its block is called surplus.
    private static bool IsPosition(ReadOnlySpan<byte> key, HeaderCheck headers)
    {
        if (key.Length != 12 || LedgerSchema.ReadNumber(key) > headers.Newest.Value) return false;
        var header = headers.Sound(LedgerSchema.ReadNumber(key));
        return header is null
            || System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(key[8..]) < header.TransactionCount;
    }

    // Beyond a block's transactions stand its scheduled calls. That one too many is there, the result root says.
    private static bool IsScheduled(VerifyRun run, ReadOnlySpan<byte> key) =>
        key.Length == 12 && run.Scope.Get(run.Context.Results, key) is { } value
        && ResultCodec.TryDecode(value, null, out _);

    private static bool IsEpoch(ReadOnlySpan<byte> key, HeaderCheck headers)
    {
        if (key.Length != 8) return false;
        var top = headers.Sound(headers.Newest.Value);
        var last = (top?.Epoch.Value ?? 0) + (top?.NextValidators is null ? 0UL : 1UL);
        return LedgerSchema.ReadNumber(key) <= last;
    }

    private static bool IsLogNode(ReadOnlySpan<byte> key, ulong size) =>
        key.Length == 9 && key[0] is >= LogWriter.LowestLevel and < 64 && LedgerSchema.ReadNumber(key[1..]) < size >> key[0];

    private static bool LeadsToTransaction(VerifyRun run, ReadOnlySpan<byte> key)
    {
        if (key.Length != Hash256.Size) return false;
        if (run.Scope.Get(run.Context.TransactionIndex, key) is not { } value) return false;
        if (run.HasFinding(run.Context.TransactionIndex, key)) return true;
        if (!TransactionPlace.TryDecode(value, out var place)) return false;
        var position = LedgerSchema.PositionKey(place.Height, place.Position);
        // Where the transaction itself is damaged its entry is right.
        if (run.HasFinding(run.Context.Blocks, position)) return true;
        try
        {
            var blocks = new BlockReader(run.Scope);
            return blocks.IsScheduled(place)
                ? blocks.Result(place, null).TransactionId == new Hash256(key)
                : blocks.Transaction(place).Id == new Hash256(key);
        }
        catch (StorageException)
        {
            return false;
        }
    }

    private static bool LeadsToLeaf(VerifyRun run, RecordReader records, string family, ReadOnlySpan<byte> key)
    {
        if (key.Length != LedgerSchema.ShortHashSize + 8) return false;
        if (run.HasFinding(run.Family(family), key)) return true;
        var index = LedgerSchema.EntryIndex(key);
        if (run.Scope.Get(run.Context.Leaves, LedgerSchema.LeafKey(index)) is not { } bytes)
            return LeadsToOldLeaf(run, family, key, index);
        if (!LeafPointer.TryDecode(bytes, out var pointer)) return true;
        var position = LedgerSchema.PositionKey(pointer.Height, pointer.Position);
        // Where the pointer or the transaction is damaged, the entry may be right.
        if (run.HasFinding(run.Context.Leaves, LedgerSchema.LeafKey(index))) return true;
        if (run.HasFinding(run.Context.Blocks, position) || run.HasFinding(run.Context.Results, position)) return true;
        return records.Read(pointer) is { } record && IsEntryOf(run, record, family, key, index);
    }

    private static bool LeadsToOldLeaf(VerifyRun run, string family, ReadOnlySpan<byte> key, LogIndex index)
    {
        var leaf = LedgerSchema.LeafKey(index);
        if (run.HasFinding(run.Context.OldLeaves, leaf)) return true;
        return run.Scope.Get(run.Context.OldLeaves, leaf) is { } bytes
            && OldLeaves.TryDecode(bytes, out _, out _, out var record) && IsEntryOf(run, record, family, key, index);
    }

    private static bool IsEntryOf(
        VerifyRun run, EvidenceRecord record, string family, ReadOnlySpan<byte> key, LogIndex index)
    {
        var entries = new IndexEntries();
        entries.Add(record, index.Value);
        foreach (var entry in entries.Take())
        {
            if (entry.Family == family && key.SequenceEqual(entry.Key)) return !IsInRunBefore(run, family, key, index);
        }

        return false;
    }

    // A leaf that the entry before names has no entry of its own.
    private static bool IsInRunBefore(VerifyRun run, string family, ReadOnlySpan<byte> key, LogIndex index)
    {
        var shortHash = key[..LedgerSchema.ShortHashSize];
        var range = new KeyRange(LedgerSchema.EntryKey(shortHash, 0), LedgerSchema.EntryKey(shortHash, index.Value));
        using var iterator = run.Scope.Iterate(run.Family(family), range);
        if (!iterator.SeekToLast()) return false;
        var leaves = new List<ulong>();
        IndexRun.TryRead(LedgerSchema.EntryIndex(iterator.Key).Value, iterator.Value, leaves);
        return leaves.Contains(index.Value);
    }

    private static bool IsMark(ReadOnlySpan<byte> key) => key.SequenceEqual(LedgerSchema.GenesisKey)
        || key.SequenceEqual(LedgerSchema.VersionKey)
        || key.SequenceEqual(LedgerSchema.WatermarkKey)
        || key.SequenceEqual(LedgerSchema.PagesKey)
        || key.SequenceEqual(LedgerSchema.BaseKey)
        || key.SequenceEqual(LedgerSchema.InstallingKey)
        || key.SequenceEqual(LedgerSchema.ProgressKey)
        || key.SequenceEqual(LedgerSchema.CertifiedKey);
}
