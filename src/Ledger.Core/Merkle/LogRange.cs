using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>A run of neighbouring leaves of a log tree or of one of its subtrees.</summary>
/// <param name="Start">Index of the first leaf.</param>
/// <param name="Count">Number of leaves, at least 1.</param>
public readonly record struct LogSegment(ulong Start, ulong Count)
{
    /// <summary>Index after the last leaf.</summary>
    public ulong End => Start + Count;
}

/// <summary>
/// Range proofs of the log tree: a contiguous range of leaves is proven at once by the roots of the largest subtrees
/// that lie left and right of it.
/// </summary>
/// <remarks>docs/spec/log-tree.md, section 4. Stateless and safe for concurrent use.</remarks>
public static class LogRange
{
    /// <summary>
    /// The subtrees whose roots make the proof for <paramref name="range"/>, from left to right; at most 122.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or reaches beyond the tree.</exception>
    public static IReadOnlyList<LogSegment> Outside(LogSegment range, ulong size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LogTree.MaxSize);
        ArgumentOutOfRangeException.ThrowIfZero(range.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.Count, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.Start, size - range.Count);
        var outside = new List<LogSegment>();
        Collect(new LogSegment(0, size), range, outside);
        return outside;
    }

    /// <summary>The proof for <paramref name="range"/> in the tree of the first <paramref name="size"/> leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or reaches beyond the tree.</exception>
    public static Hash256[] Prove(HashFunction hash, LogSegment range, ulong size, ILogNodes nodes)
    {
        var outside = Outside(range, size);
        var proof = new Hash256[outside.Count];
        for (var i = 0; i < proof.Length; i++)
            proof[i] = LogProofs.SubtreeRoot(hash, nodes, outside[i].Start, outside[i].Count);
        return proof;
    }

    /// <summary>
    /// Whether <paramref name="proof"/> shows that <paramref name="leafHashes"/> stand one after the other from index
    /// <paramref name="first"/> in the tree of <paramref name="size"/> leaves with root <paramref name="root"/>.
    /// </summary>
    public static LogProofVerdict Verify(
        HashFunction hash,
        ulong first,
        ReadOnlySpan<Hash256> leafHashes,
        ulong size,
        ReadOnlySpan<Hash256> proof,
        in Hash256 root)
    {
        if (size > LogTree.MaxSize) return LogProofVerdict.SizeTooLarge;
        var count = (ulong)leafHashes.Length;
        if (count == 0 || count > size || first > size - count) return LogProofVerdict.IndexOutOfRange;
        var range = new LogSegment(first, count);
        var needed = Outside(range, size).Count;
        if (proof.Length < needed) return LogProofVerdict.PathTooShort;
        if (proof.Length > needed) return LogProofVerdict.PathTooLong;

        var computed = Compute(hash, new LogSegment(0, size), range, leafHashes, ref proof);
        return computed == root ? LogProofVerdict.Valid : LogProofVerdict.RootMismatch;
    }

    // Depth of both recursions: at most 62, the height of the tree.
    private static void Collect(LogSegment subtree, LogSegment range, List<LogSegment> outside)
    {
        if (subtree.End <= range.Start || subtree.Start >= range.End)
        {
            outside.Add(subtree);
            return;
        }

        if (subtree.Start >= range.Start && subtree.End <= range.End) return;
        var (left, right) = Children(subtree);
        Collect(left, range, outside);
        Collect(right, range, outside);
    }

    private static Hash256 Compute(
        HashFunction hash,
        LogSegment subtree,
        LogSegment range,
        ReadOnlySpan<Hash256> leafHashes,
        ref ReadOnlySpan<Hash256> proof)
    {
        if (subtree.End <= range.Start || subtree.Start >= range.End)
        {
            var next = proof[0];
            proof = proof[1..];
            return next;
        }

        if (subtree.Start >= range.Start && subtree.End <= range.End)
            return LogTree.RootOf(hash, leafHashes.Slice((int)(subtree.Start - range.Start), (int)subtree.Count));
        var (left, right) = Children(subtree);
        var leftRoot = Compute(hash, left, range, leafHashes, ref proof);
        return LogTree.NodeHash(hash, leftRoot, Compute(hash, right, range, leafHashes, ref proof));
    }

    private static (LogSegment Left, LogSegment Right) Children(LogSegment subtree)
    {
        var split = LogTree.Split(subtree.Count);
        return (new LogSegment(subtree.Start, split), new LogSegment(subtree.Start + split, subtree.Count - split));
    }
}
