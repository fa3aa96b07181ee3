using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Storage.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Snapshots;

/// <summary>
/// The leaves from before the snapshot that a store began from: family <c>old_leaves</c>. They lie there whole, because the
/// transactions that other leaves are rebuilt from are not here; each with its hash. Safe for concurrent use.
/// </summary>
internal static class OldLeaves
{
    /// <summary>
    /// So many leaves, from a multiple of this number on, share index entries as those of a block do: which leaves came in
    /// one answer says nothing about what is on disk.
    /// </summary>
    public const ulong Window = 256;

    /// <summary>The leaf at an index; null when none is there.</summary>
    public static StoredLeaf? Load(ReadScope scope, LogIndex index)
    {
        var key = LedgerSchema.LeafKey(index);
        if (scope.Get(scope.Context.OldLeaves, key) is not { } value) return null;
        return TryDecode(value, out var hash, out var leaf, out var record)
            ? new StoredLeaf(index, leaf, record, value.AsMemory(Hash256.Size), hash, null)
            : throw scope.Corrupt(scope.Context.OldLeaves, key, "not a leaf");
    }

    /// <summary>A leaf's hash; null when the leaf is not there.</summary>
    public static Hash256? HashOf(ReadScope scope, LogIndex index)
    {
        if (scope.Get(scope.Context.OldLeaves, LedgerSchema.LeafKey(index)) is not { } value) return null;
        return value.Length > Hash256.Size
            ? new Hash256(value.AsSpan(0, Hash256.Size))
            : throw scope.Corrupt(scope.Context.OldLeaves, LedgerSchema.LeafKey(index), "not a leaf");
    }

    /// <summary>Puts a leaf into a batch, and what it is found by when it is a transaction's first.</summary>
    public static void Put(WriteBatch batch, StoreContext context, LogIndex index, in SnapshotLeaf leaf, in EvidenceId id)
    {
        var key = LedgerSchema.LeafKey(index);
        batch.Put(context.OldLeaves, key, [.. leaf.Hash.AsSpan(), .. leaf.Encoded.Span]);
        if (id.RecordIndex == 0) batch.Put(context.Base, BaseReader.LeafKey(id.TransactionId), key);
    }

    /// <summary>Decodes a value of the family. Whether the hash is the leaf's is for verification to say.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> value, out Hash256 hash, [NotNullWhen(true)] out EvidenceLeaf? leaf,
        [NotNullWhen(true)] out EvidenceRecord? record)
    {
        (hash, leaf, record) = (default, null, null);
        if (value.Length <= Hash256.Size) return false;
        hash = new Hash256(value.Span[..Hash256.Size]);
        return EvidenceLeaf.TryDecode(value[Hash256.Size..], out leaf, out record, out _);
    }

    /// <summary>Whether the index entries of a window can be written once this leaf is there, the last of so many.</summary>
    public static bool EndsWindow(ulong index, ulong count) => (index + 1) % Window == 0 || index + 1 == count;
}
