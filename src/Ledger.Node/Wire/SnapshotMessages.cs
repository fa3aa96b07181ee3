using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Merkle;
using Ledger.Core.Snapshots;
using Ledger.Storage.Snapshots;

namespace Ledger.Node.Wire;

/// <summary>A chunk of a snapshot as a peer serves it; nothing in it is trusted before it was checked.</summary>
/// <param name="Height">The snapshot's block.</param>
/// <param name="Chunk">The chunk; null when the range is too large and its halves are to be asked for.</param>
internal sealed record ServedChunk(BlockHeight Height, StateChunk? Chunk);

/// <summary>A block of which only the header and the transaction ids are served.</summary>
internal sealed record ServedIds(ReadOnlyMemory<byte> HeaderBytes, IReadOnlyList<Hash256> Ids);

/// <summary>Answers of the sync protocol that carry snapshots. docs/spec/sync.md section 5.</summary>
internal static class SnapshotMessages
{
    /// <summary>A range with more entries than this is to be asked for in halves, unless it has one entry.</summary>
    public const int ChunkBytes = 1 << 20;

    /// <summary>Most snapshots that a node offers.</summary>
    public const int MaxSnapshots = 2;

    // The least entry is a few bytes long; an answer holds no more than this.
    private const int MaxEntries = 256 << 10;

    // A value is at most as long as a transaction can make it.
    private const int MaxValueBytes = 8 << 20;

    /// <summary>Encodes the snapshots that can be had.</summary>
    public static byte[] EncodeManifests(IEnumerable<SnapshotManifest> manifests)
    {
        var writer = new CanonicalWriter(4096);
        foreach (var manifest in manifests) writer.Message(1, manifest.Encode());
        return writer.ToArray();
    }

    /// <summary>Decodes the snapshots that can be had.</summary>
    public static bool TryDecodeManifests(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out IReadOnlyList<SnapshotManifest>? manifests)
    {
        var found = new List<SnapshotManifest>();
        var reader = new CanonicalReader(bytes);
        while (reader.IsNext(1) && found.Count < MaxSnapshots)
        {
            if (SnapshotManifest.TryDecode(reader.Message(1, SnapshotManifest.MaxBytes), out var manifest, out var error))
                found.Add(manifest);
            else
                reader.Fail(error.Kind, 1);
        }

        manifests = reader.End() ? found : null;
        return manifests is not null;
    }

    /// <summary>Encodes a chunk, or that its range is too large.</summary>
    public static byte[] Encode(ServedChunk served)
    {
        var writer = new CanonicalWriter(4096);
        writer.UInt64(1, served.Height.Value);
        writer.Bool(2, served.Chunk is null);
        if (served.Chunk is not { } chunk) return writer.ToArray();
        foreach (var sibling in chunk.Proof.Siblings) writer.Hash(3, sibling);
        writer.OptionalHash(4, chunk.Proof.Foreign?.Path);
        writer.OptionalHash(5, chunk.Proof.Foreign?.ValueHash);
        foreach (var entry in chunk.Entries)
        {
            var start = writer.BeginMessage(6);
            writer.Text(1, entry.Namespace);
            writer.Bytes(2, entry.Key.Span);
            writer.Bytes(3, entry.Value.Span);
            writer.EndMessage(start);
        }

        return writer.ToArray();
    }

    /// <summary>Decodes a chunk.</summary>
    public static ServedChunk? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        var height = new BlockHeight(reader.UInt64(1));
        if (reader.Bool(2)) return reader.End() ? new ServedChunk(height, null) : null;
        var siblings = new List<Hash256>();
        while (reader.IsNext(3) && siblings.Count < StateRange.MaxDepth) siblings.Add(reader.Hash(3));
        var path = reader.OptionalHash(4);
        var value = reader.OptionalHash(5);
        if (path.HasValue != value.HasValue) return null;
        var entries = new List<SnapshotEntry>();
        while (reader.IsNext(6) && entries.Count < MaxEntries)
        {
            if (ReadEntry(reader.Message(6, MaxValueBytes)) is { } entry) entries.Add(entry);
            else reader.Fail(DecodeErrorKind.BadValue, 6);
        }

        if (!reader.End()) return null;
        StateLeaf? foreign = path is { } p && value is { } v ? new StateLeaf(p, v) : null;
        return new ServedChunk(height, new StateChunk(new StateRangeProof(siblings, foreign), entries));
    }

    /// <summary>Adds a block's header and ids to an answer.</summary>
    public static void Append(CanonicalWriter writer, ReadOnlySpan<byte> header, IEnumerable<Hash256> ids)
    {
        var start = writer.BeginMessage(1);
        writer.Bytes(1, header);
        foreach (var id in ids) writer.Hash(2, id);
        writer.EndMessage(start);
    }

    /// <summary>Decodes headers with ids.</summary>
    public static bool TryDecodeIds(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out IReadOnlyList<ServedIds>? blocks)
    {
        var found = new List<ServedIds>();
        var reader = new CanonicalReader(bytes);
        while (reader.IsNext(1) && found.Count < SyncRequest.Remembered.MaxCount)
        {
            var inner = new CanonicalReader(reader.Message(1, bytes.Length));
            var header = inner.RequiredBytes(1, BlockHeader.MaxBytes).ToArray();
            var ids = new List<Hash256>();
            while (inner.IsNext(2) && ids.Count < TransactionMessages.MaxTransactions) ids.Add(inner.Hash(2));
            if (inner.End()) found.Add(new ServedIds(header, ids));
            else reader.Fail(inner.Error.Kind, 1);
        }

        blocks = reader.End() ? found : null;
        return blocks is not null;
    }

    private static SnapshotEntry? ReadEntry(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        var space = reader.RequiredText(1, StateHash.MaxNamespaceLength);
        var key = reader.Bytes(2, StateHash.MaxKeyLength).ToArray();
        var value = reader.Bytes(3, MaxValueBytes).ToArray();
        return reader.End() ? new SnapshotEntry(space, key, value) : null;
    }
}
