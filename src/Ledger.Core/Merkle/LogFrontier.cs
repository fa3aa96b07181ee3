using System.Numerics;
using System.Runtime.InteropServices;
using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>
/// The right edge of a log tree: the roots of its maximal complete subtrees, largest first. It is all that is needed to
/// append leaves and to compute the root, in memory that grows with the logarithm of the tree.
/// </summary>
/// <remarks>Not thread-safe. Appending hashes about once a leaf, taking the root at most 62 times.</remarks>
public sealed class LogFrontier
{
    // LogTree.MaxSize leaves are one subtree.
    private const int MaxLevel = 62;

    private readonly HashFunction _hash;

    // Invariant: one hash for each set bit of Size, the most significant first; so at most 63.
    private readonly List<Hash256> _subtrees;

    /// <summary>Starts with the empty tree.</summary>
    public LogFrontier(HashFunction hash)
        : this(hash, 0, [])
    {
    }

    private LogFrontier(HashFunction hash, ulong size, List<Hash256> subtrees)
    {
        _hash = hash;
        _subtrees = subtrees;
        Size = size;
    }

    /// <summary>The number of leaves.</summary>
    public ulong Size { get; private set; }

    /// <summary>
    /// The roots of the maximal complete subtrees, largest first: with <see cref="Size"/>, the whole state. Valid
    /// until the next append.
    /// </summary>
    public ReadOnlySpan<Hash256> Subtrees => CollectionsMarshal.AsSpan(_subtrees);

    /// <summary>
    /// Restores a frontier from what <see cref="Subtrees"/> returned. False when the count does not fit the size.
    /// </summary>
    public static bool TryRestore(
        HashFunction hash, ulong size, ReadOnlySpan<Hash256> subtrees, out LogFrontier frontier)
    {
        var fits = size <= LogTree.MaxSize && subtrees.Length == BitOperations.PopCount(size);
        frontier = fits ? new LogFrontier(hash, size, [.. subtrees]) : new LogFrontier(hash);
        return fits;
    }

    /// <summary>Restores the frontier of the first <paramref name="size"/> leaves of a stored tree.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size exceeds <see cref="LogTree.MaxSize"/>.</exception>
    public static LogFrontier Restore(HashFunction hash, ulong size, ILogNodes nodes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LogTree.MaxSize);
        var subtrees = new List<Hash256>();
        var start = 0UL;
        for (var level = BitOperations.Log2(size); level >= 0; level--)
        {
            if ((size >> level & 1) == 0) continue;
            subtrees.Add(nodes.Node(level, start >> level));
            start += 1UL << level;
        }

        return new LogFrontier(hash, size, subtrees);
    }

    /// <summary>Copies the frontier, so that a block can be tried without changing the original.</summary>
    public LogFrontier Clone() => new(_hash, Size, [.. _subtrees]);

    /// <summary>Appends a leaf.</summary>
    /// <exception cref="InvalidOperationException">The tree has <see cref="LogTree.MaxSize"/> leaves
    /// already.</exception>
    public void Append(in Hash256 leafHash) => Append(leafHash, completed: null);

    /// <summary>
    /// Appends a leaf and adds to <paramref name="completed"/> every interior node (level 1 and above) that it
    /// completes, lowest first. Over the whole log each complete node is reported exactly once.
    /// </summary>
    /// <exception cref="InvalidOperationException">The tree has <see cref="LogTree.MaxSize"/> leaves
    /// already.</exception>
    public void Append(in Hash256 leafHash, ICollection<LogNode>? completed)
    {
        if (Size >= LogTree.MaxSize) throw new InvalidOperationException("the log tree is full");
        var node = leafHash;
        for (var level = 1; (Size >> (level - 1) & 1) == 1; level++)
        {
            node = LogTree.NodeHash(_hash, _subtrees[^1], node);
            _subtrees.RemoveAt(_subtrees.Count - 1);
            completed?.Add(new LogNode(level, Size >> level, node));
        }

        _subtrees.Add(node);
        Size++;
    }

    /// <summary>
    /// Appends 2^<paramref name="level"/> leaves at once, given the root over them.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// So many leaves do not fit into the tree, or would not be a subtree of it: its size is no multiple of their number.
    /// </exception>
    public void AppendSubtree(int level, in Hash256 root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        var leaves = 1UL << level;
        if (leaves > LogTree.MaxSize - Size) throw new InvalidOperationException("the log tree is full");
        if ((Size & (leaves - 1)) != 0)
            throw new InvalidOperationException($"no subtree of {leaves} leaves begins at leaf {Size}");
        var node = root;
        for (; (Size >> level & 1) == 1; level++)
        {
            node = LogTree.NodeHash(_hash, _subtrees[^1], node);
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }

        _subtrees.Add(node);
        Size += leaves;
    }

    /// <summary>The root of the tree: RFC 9162's MTH of all leaves so far.</summary>
    public Hash256 Root()
    {
        if (Size == 0) return LogTree.EmptyRoot(_hash);
        var root = _subtrees[^1];
        for (var i = _subtrees.Count - 2; i >= 0; i--) root = LogTree.NodeHash(_hash, _subtrees[i], root);
        return root;
    }
}
