using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Encoding;
using Ledger.Storage.Snapshots;

namespace Ledger.Node.Wire;

/// <summary>
/// What executing a block came to, as a node tells it to one that came to something else: the encoded results in order, and
/// the keys that the block wrote with their values, by namespace and key. docs/spec/sync.md section 8.
/// </summary>
internal sealed record BlockExecution(
    IReadOnlyList<ReadOnlyMemory<byte>> Results, IReadOnlyList<SnapshotEntry> Writes)
{
    // As many as a block can have.
    private const int MaxResults = 10_000;
    private const int MaxWrites = 100_000;
    private const int MaxResultBytes = 256;

    /// <summary>Encodes it.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(4096);
        foreach (var result in Results) writer.Message(1, result.Span);
        foreach (var write in Writes)
        {
            var start = writer.BeginMessage(2);
            writer.Text(1, write.Namespace);
            writer.Bytes(2, write.Key.Span);
            writer.Bytes(3, write.Value.Span);
            writer.EndMessage(start);
        }

        return writer.ToArray();
    }

    /// <summary>Decodes it.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out BlockExecution? execution)
    {
        var results = new List<ReadOnlyMemory<byte>>();
        var writes = new List<SnapshotEntry>();
        var reader = new CanonicalReader(bytes);
        while (reader.IsNext(1) && results.Count < MaxResults) results.Add(reader.Message(1, MaxResultBytes).ToArray());
        while (reader.IsNext(2) && writes.Count < MaxWrites)
        {
            var inner = new CanonicalReader(reader.Message(2, bytes.Length));
            var space = inner.RequiredText(1, Core.Merkle.StateHash.MaxNamespaceLength);
            var key = inner.Bytes(2, Core.Merkle.StateHash.MaxKeyLength).ToArray();
            var value = inner.Bytes(3, bytes.Length).ToArray();
            if (inner.End()) writes.Add(new SnapshotEntry(space, key, value));
            else reader.Fail(inner.Error.Kind, 2);
        }

        execution = reader.End() ? new BlockExecution(results, writes) : null;
        return execution is not null;
    }
}
