using System.Numerics;
using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

public static partial class LogProofs
{
    /// <summary>
    /// Whether <paramref name="path"/> shows that the leaf with hash <paramref name="leafHash"/> stands at <paramref
    /// name="index"/> in the tree of <paramref name="size"/> leaves with root <paramref name="root"/> (RFC 9162
    /// section 2.1.3.2).
    /// </summary>
    public static LogProofVerdict VerifyInclusion(
        HashFunction hash, in Hash256 leafHash, ulong index, ulong size, ReadOnlySpan<Hash256> path, in Hash256 root)
    {
        if (size > LogTree.MaxSize) return LogProofVerdict.SizeTooLarge;
        if (index >= size) return LogProofVerdict.IndexOutOfRange;

        var node = index;
        var last = size - 1;
        var computed = leafHash;
        foreach (ref readonly var sibling in path)
        {
            if (last == 0) return LogProofVerdict.PathTooLong;
            if ((node & 1) == 1 || node == last)
            {
                computed = LogTree.NodeHash(hash, sibling, computed);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                computed = LogTree.NodeHash(hash, computed, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        if (last != 0) return LogProofVerdict.PathTooShort;
        return computed == root ? LogProofVerdict.Valid : LogProofVerdict.RootMismatch;
    }

    /// <summary>
    /// Whether <paramref name="path"/> shows that the tree of <paramref name="from"/> leaves with root <paramref
    /// name="fromRoot"/> is a prefix of the tree of <paramref name="to"/> leaves with root <paramref name="toRoot"/>
    /// (RFC 9162 section 2.1.4.2). Equal sizes, and a first tree without leaves, need the empty path and the roots
    /// that follow from that.
    /// </summary>
    public static LogProofVerdict VerifyConsistency(
        HashFunction hash, ulong from, ulong to, ReadOnlySpan<Hash256> path, in Hash256 fromRoot, in Hash256 toRoot)
    {
        if (to > LogTree.MaxSize) return LogProofVerdict.SizeTooLarge;
        if (from > to) return LogProofVerdict.SizesReversed;
        if (from == 0 || from == to) return VerifyTrivial(hash, from, to, path, fromRoot, toRoot);
        if (path.IsEmpty) return LogProofVerdict.PathTooShort;

        var node = from - 1;
        var last = to - 1;
        var shift = BitOperations.TrailingZeroCount(from);
        node >>= shift;
        last >>= shift;

        // When the first tree is one complete subtree its root is the seed and is not repeated in the path.
        var seeded = BitOperations.IsPow2(from);
        var fromComputed = seeded ? fromRoot : path[0];
        var toComputed = fromComputed;
        foreach (ref readonly var sibling in seeded ? path : path[1..])
        {
            if (last == 0) return LogProofVerdict.PathTooLong;
            if ((node & 1) == 1 || node == last)
            {
                fromComputed = LogTree.NodeHash(hash, sibling, fromComputed);
                toComputed = LogTree.NodeHash(hash, sibling, toComputed);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                toComputed = LogTree.NodeHash(hash, toComputed, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        if (last != 0) return LogProofVerdict.PathTooShort;
        if (fromComputed != fromRoot) return LogProofVerdict.FirstRootMismatch;
        return toComputed == toRoot ? LogProofVerdict.Valid : LogProofVerdict.RootMismatch;
    }

    private static LogProofVerdict VerifyTrivial(
        HashFunction hash, ulong from, ulong to, ReadOnlySpan<Hash256> path, in Hash256 fromRoot, in Hash256 toRoot)
    {
        if (!path.IsEmpty) return LogProofVerdict.PathTooLong;
        if (from == 0 && fromRoot != LogTree.EmptyRoot(hash)) return LogProofVerdict.FirstRootMismatch;
        return from == to && fromRoot != toRoot ? LogProofVerdict.RootMismatch : LogProofVerdict.Valid;
    }
}
