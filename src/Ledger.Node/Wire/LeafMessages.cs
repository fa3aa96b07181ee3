using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;

namespace Ledger.Node.Wire;

/// <summary>Neighbouring leaves of the log with the range proof that they are; nothing of it is trusted.</summary>
/// <param name="Proof">The roots of the subtrees beside them (<see cref="LogRange"/>).</param>
/// <param name="Leaves">The leaves' encodings, in the order of the log.</param>
internal sealed record ServedLeaves(IReadOnlyList<Hash256> Proof, IReadOnlyList<ReadOnlyMemory<byte>> Leaves);

/// <summary>Answers of the sync protocol that carry leaves of the log. docs/spec/sync.md section 9.</summary>
internal static class LeafMessages
{
    /// <summary>An answer ends with the leaf that takes its leaves to so many bytes.</summary>
    public const int SoftLimitBytes = 1 << 20;

    /// <summary>Encodes leaves.</summary>
    public static byte[] Encode(ServedLeaves served)
    {
        var writer = new CanonicalWriter(4096);
        foreach (var hash in served.Proof) writer.Hash(1, hash);
        foreach (var leaf in served.Leaves) writer.Message(2, leaf.Span);
        return writer.ToArray();
    }

    /// <summary>Decodes leaves, as views of <paramref name="bytes"/>; at least one.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ServedLeaves? served)
    {
        var proof = new List<Hash256>();
        var leaves = new List<ReadOnlyMemory<byte>>();
        var reader = new CanonicalReader(bytes.Span);
        while (reader.IsNext(1) && proof.Count < 2 * LogTree.MaxProofLength) proof.Add(reader.Hash(1));
        while (reader.IsNext(2) && leaves.Count < SyncRequest.Leaves.MaxCount)
        {
            var length = reader.Message(2, EvidenceLimits.LeafBytes).Length;
            if (reader.Ok) leaves.Add(bytes.Slice(reader.Position - length, length));
        }

        served = reader.End() && leaves.Count > 0 ? new ServedLeaves(proof, leaves) : null;
        return served is not null;
    }
}
