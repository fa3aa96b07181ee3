using System.Numerics;
using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>
/// Makes and verifies inclusion and consistency proofs of the log tree (RFC 9162 sections 2.1.3 and 2.1.4).
/// </summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/log-tree.md.</remarks>
public static partial class LogProofs
{
    /// <summary>
    /// The hashes that lead from leaf <paramref name="index"/> to the root of the first <paramref name="size"/>
    /// leaves, lowest first: PATH of RFC 9162 section 2.1.3.1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the size, or the size exceeds <see
    /// cref="LogTree.MaxSize"/>.</exception>
    public static Hash256[] Inclusion(HashFunction hash, ulong index, ulong size, ILogNodes nodes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LogTree.MaxSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<Hash256>();
        var start = 0UL;
        for (var count = size; count > 1;)
        {
            var split = LogTree.Split(count);
            if (index - start < split)
            {
                path.Add(SubtreeRoot(hash, nodes, start + split, count - split));
                count = split;
            }
            else
            {
                path.Add(SubtreeRoot(hash, nodes, start, split));
                start += split;
                count -= split;
            }
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>
    /// The hashes that show that the tree of the first <paramref name="from"/> leaves is a prefix of the tree of the
    /// first
    /// <paramref name="to"/>: PROOF of RFC 9162 section 2.1.4.1. Empty when the sizes are equal or <paramref
    /// name="from"/> is 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The sizes are reversed, or exceed <see
    /// cref="LogTree.MaxSize"/>.</exception>
    public static Hash256[] Consistency(HashFunction hash, ulong from, ulong to, ILogNodes nodes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, LogTree.MaxSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        if (from == 0 || from == to) return [];

        var path = new List<Hash256>();
        var start = 0UL;
        var count = to;
        while (from - start != count)
        {
            var split = LogTree.Split(count);
            if (from - start <= split)
            {
                path.Add(SubtreeRoot(hash, nodes, start + split, count - split));
                count = split;
            }
            else
            {
                path.Add(SubtreeRoot(hash, nodes, start, split));
                start += split;
                count -= split;
            }
        }

        // The verifier knows the old root; when it is itself this subtree (start is 0) it is not repeated in the proof.
        if (start != 0) path.Add(SubtreeRoot(hash, nodes, start, count));
        path.Reverse();
        return [.. path];
    }

    // MTH over [start, start + count), where start is a multiple of the smallest power of two not below count.
    internal static Hash256 SubtreeRoot(HashFunction hash, ILogNodes nodes, ulong start, ulong count)
    {
        if (BitOperations.IsPow2(count))
        {
            var level = BitOperations.Log2(count);
            return nodes.Node(level, start >> level);
        }

        var split = LogTree.Split(count);
        return LogTree.NodeHash(
            hash,
            SubtreeRoot(hash, nodes, start, split),
            SubtreeRoot(hash, nodes, start + split, count - split));
    }
}
