using System.Numerics;
using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>The rules of the log tree: an append-only Merkle tree as RFC 9162 section 2.1 defines it.</summary>
/// <remarks>docs/spec/log-tree.md. Stateless and safe for concurrent use.</remarks>
public static class LogTree
{
    /// <summary>The byte hashed before a leaf's data.</summary>
    public const byte LeafPrefix = 0x00;

    /// <summary>The byte hashed before two child hashes.</summary>
    public const byte NodePrefix = 0x01;

    /// <summary>The largest number of leaves. It keeps every level, index and sum within 64 bits.</summary>
    public const ulong MaxSize = 1UL << 62;

    /// <summary>No proof over a tree of at most <see cref="MaxSize"/> leaves has more hashes than this.</summary>
    public const int MaxProofLength = 64;

    /// <summary>The root of the tree without leaves: the hash of no bytes.</summary>
    public static Hash256 EmptyRoot(HashFunction hash) => hash.Hash([]);

    /// <summary>Hashes a leaf's data: H(0x00 || data).</summary>
    public static Hash256 LeafHash(HashFunction hash, ReadOnlySpan<byte> data) => hash.HashLeaf(LeafPrefix, data);

    /// <summary>Hashes two children: H(0x01 || left || right).</summary>
    public static Hash256 NodeHash(HashFunction hash, in Hash256 left, in Hash256 right) =>
        hash.HashNode(NodePrefix, left, right);

    /// <summary>The root over leaf hashes, in order.</summary>
    public static Hash256 RootOf(HashFunction hash, ReadOnlySpan<Hash256> leafHashes)
    {
        var frontier = new LogFrontier(hash);
        foreach (ref readonly var leaf in leafHashes) frontier.Append(leaf);
        return frontier.Root();
    }

    /// <summary>
    /// The largest power of two smaller than <paramref name="count"/>, which must be at least 2: where RFC 9162
    /// splits.
    /// </summary>
    internal static ulong Split(ulong count) => 1UL << BitOperations.Log2(count - 1);
}
