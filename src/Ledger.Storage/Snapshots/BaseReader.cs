using System.Buffers.Binary;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Snapshots;
using Ledger.Storage.Blocks;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Snapshots;

/// <summary>
/// What a store that began from a snapshot holds of the history before its base: family <c>base</c>. Safe for concurrent
/// use.
/// </summary>
internal static class BaseReader
{
    private const byte ManifestKind = 0;
    private const byte TransactionKind = 1;
    private const byte TimelineKind = 2;
    private const byte LogNodeKind = 3;
    private const byte LeafKind = 4;
    private const byte BlockKind = 5;

    public static byte[] ManifestKey { get; } = [ManifestKind];

    public static byte[] TransactionKey(in Hash256 id) => [TransactionKind, .. id.AsSpan()];

    public static byte[] TimelineKey(ReadOnlySpan<byte> subject) => [TimelineKind, .. subject];

    public static byte[] LogNodeKey(int level, ulong index) => [LogNodeKind, .. LedgerSchema.LogNodeKey(level, index)];

    /// <summary>Key of where the first record of a transaction stands in the log: its place in old_leaves.</summary>
    public static byte[] LeafKey(in Hash256 transaction) => [LeafKind, .. transaction.AsSpan()];

    /// <summary>Key of a block of which header and ids are remembered, so that others can be told.</summary>
    public static byte[] BlockKey(BlockHeight height) => [BlockKind, .. LedgerSchema.HeightKey(height)];

    /// <summary>What is remembered of a block.</summary>
    public static byte[] EncodeBlock(RememberedBlock block)
    {
        var writer = new CanonicalWriter(512);
        writer.Bytes(1, block.HeaderBytes.Span);
        foreach (var id in block.Ids) writer.Hash(2, id);
        return writer.ToArray();
    }

    /// <summary>A block at or below the base that is remembered; null for any other.</summary>
    public static RememberedBlock? Block(ReadScope scope, BlockHeight height)
    {
        if (!scope.Context.HasBase || scope.Get(scope.Context.Base, BlockKey(height)) is not { } bytes) return null;
        var reader = new CanonicalReader(bytes);
        var encoded = reader.RequiredBytes(1, BlockHeader.MaxBytes).ToArray();
        var ids = new List<Hash256>();
        while (reader.IsNext(2)) ids.Add(reader.Hash(2));
        return reader.End() && BlockHeader.TryDecode(encoded, out var header, out _)
            ? new RememberedBlock(height, header.Previous, encoded, ids)
            : throw scope.Corrupt(scope.Context.Base, BlockKey(height), "not a block's header and ids");
    }

    /// <summary>A timeline's newest entry at the base.</summary>
    public static byte[] EncodeTimeline(ulong sequence, in Hash256 leafHash)
    {
        var value = new byte[8 + Hash256.Size];
        BinaryPrimitives.WriteUInt64BigEndian(value, sequence);
        leafHash.CopyTo(value.AsSpan(8));
        return value;
    }

    /// <summary>The manifest of the snapshot that the store began from.</summary>
    public static SnapshotManifest? Manifest(ReadScope scope)
    {
        var bytes = scope.Get(scope.Context.Base, ManifestKey);
        if (bytes is null) return null;
        return SnapshotManifest.TryDecode(bytes, out var manifest, out var error)
            ? manifest
            : throw scope.Corrupt(scope.Context.Base, ManifestKey, error.ToString());
    }

    /// <summary>Where a remembered transaction stood; null for any other.</summary>
    public static TransactionPlace? Transaction(ReadScope scope, in Hash256 id)
    {
        if (!scope.Context.HasBase || scope.Get(scope.Context.Base, TransactionKey(id)) is not { } bytes) return null;
        return TransactionPlace.TryDecode(bytes, out var place)
            ? place
            : throw scope.Corrupt(scope.Context.Base, TransactionKey(id), "not a place");
    }

    public static bool IsRemembered(ReadScope scope, in Hash256 id) =>
        scope.Context.HasBase && scope.Contains(scope.Context.Base, TransactionKey(id));

    /// <summary>The hash of a timeline's newest leaf at the base, when that has this number in it.</summary>
    public static Hash256? TimelineLeaf(ReadScope scope, string subject, ulong sequence)
    {
        if (!scope.Context.HasBase) return null;
        var key = TimelineKey(System.Text.Encoding.UTF8.GetBytes(subject));
        return scope.Get(scope.Context.Base, key) is { Length: 8 + Hash256.Size } value
            && BinaryPrimitives.ReadUInt64BigEndian(value) == sequence
            ? new Hash256(value.AsSpan(8))
            : null;
    }

    /// <summary>The log index of the first record of a transaction from before the base; null when it has none.</summary>
    public static LogIndex? FirstLeaf(ReadScope scope, in Hash256 transaction)
    {
        if (!scope.Context.HasOldLeaves || scope.Get(scope.Context.Base, LeafKey(transaction)) is not { } value) return null;
        return value.Length == sizeof(ulong)
            ? new LogIndex(LedgerSchema.ReadNumber(value))
            : throw scope.Corrupt(scope.Context.Base, LeafKey(transaction), "not a log index");
    }

    /// <summary>A node of the log's right edge at the base.</summary>
    public static Hash256? LogNode(ReadScope scope, int level, ulong index) =>
        scope.Context.HasBase
        && scope.Get(scope.Context.Base, LogNodeKey(level, index)) is { Length: Hash256.Size } hash
            ? new Hash256(hash)
            : null;
}
