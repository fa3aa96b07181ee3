using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>
/// A part of the state tree: every path that begins with the first <paramref name="Depth"/> bits of
/// <paramref name="Prefix"/>. Depth 0 is the whole tree.
/// </summary>
/// <param name="Prefix">The shared bits; the rest of it is zero.</param>
/// <param name="Depth">How many bits are shared.</param>
public readonly record struct StateRange(Hash256 Prefix, int Depth)
{
    /// <summary>The deepest range; a million times a million keys are one in each of them.</summary>
    public const int MaxDepth = 40;

    /// <summary>The whole tree.</summary>
    public static StateRange Whole => default;

    /// <summary>Whether depth and prefix fit each other.</summary>
    public bool IsCanonical
    {
        get
        {
            if (Depth is < 0 or > MaxDepth) return false;
            for (var i = Depth; i < MaxDepth; i++)
                if (Prefix.Bit(i)) return false;
            return Prefix.AsSpan()[(MaxDepth / 8)..].IndexOfAnyExcept((byte)0) < 0;
        }
    }

    /// <summary>Whether a path lies in the range.</summary>
    public bool Contains(in Hash256 path)
    {
        for (var i = 0; i < Depth; i++)
            if (path.Bit(i) != Prefix.Bit(i)) return false;
        return true;
    }

    /// <summary>The two halves of the range, in path order.</summary>
    /// <exception cref="InvalidOperationException">The range has <see cref="MaxDepth"/> already.</exception>
    public (StateRange Low, StateRange High) Split()
    {
        if (Depth == MaxDepth) throw new InvalidOperationException("a range this deep is not split");
        Span<byte> high = stackalloc byte[Hash256.Size];
        Prefix.CopyTo(high);
        high[Depth >> 3] |= (byte)(0x80 >> (Depth & 7));
        return (this with { Depth = Depth + 1 }, new StateRange(new Hash256(high), Depth + 1));
    }
}

/// <summary>What checking a part of the state tree came to.</summary>
public enum StateRangeVerdict
{
    /// <summary>These are the leaves of the range, all of them and no others.</summary>
    Valid = 0,

    /// <summary>The range is none.</summary>
    RangeInvalid,

    /// <summary>A leaf lies outside the range.</summary>
    OutsideRange,

    /// <summary>The leaves are not in strictly ascending order of path: one is doubled, or out of place.</summary>
    NotAscending,

    /// <summary>The way to the range ends before it and does not fit the leaves.</summary>
    TerminalInvalid,

    /// <summary>The leaves and the siblings do not have the root: one is missing, added or changed.</summary>
    RootMismatch,
}

/// <summary>
/// Proves that given leaves are exactly those of a <see cref="StateRange"/>: the siblings on the way from the root to the
/// range. Where the way ends above it, because a subtree of at most one leaf is that leaf, <see cref="Foreign"/> is
/// the leaf that stands there instead of any of the range.
/// </summary>
/// <remarks>Immutable. docs/spec/sync.md section 5.</remarks>
public sealed class StateRangeProof
{
    // Bound: StateRange.MaxDepth.
    private readonly Hash256[] _siblings;

    /// <summary>Creates a proof from its parts, which are not checked here.</summary>
    public StateRangeProof(IEnumerable<Hash256> siblings, StateLeaf? foreign)
    {
        _siblings = [.. siblings];
        Foreign = foreign;
    }

    /// <summary>The sibling hashes, the root's child first; zero for an empty subtree.</summary>
    public ReadOnlySpan<Hash256> Siblings => _siblings;

    /// <summary>The leaf at the end of the way when it lies outside the range.</summary>
    public StateLeaf? Foreign { get; }

    /// <summary>Makes the proof for a range of the tree with this root.</summary>
    /// <exception cref="InvalidDataException">A page is missing, malformed, or not the one its parent
    /// names.</exception>
    public static StateRangeProof Of(HashFunction hash, in Hash256 root, IStateNodes nodes, in StateRange range)
    {
        var way = new StateTree(hash).Prove(root, nodes, range.Prefix, range.Depth);
        return new StateRangeProof(
            way.Siblings.ToArray(), way.Terminal is { } leaf && !range.Contains(leaf.Path) ? leaf : null);
    }

    /// <summary>Whether the leaves are exactly those that the tree with this root has in the range.</summary>
    public StateRangeVerdict Verify(
        HashFunction hash, in Hash256 root, in StateRange range, ReadOnlySpan<StateLeaf> leaves)
    {
        if (!range.IsCanonical || _siblings.Length > range.Depth) return StateRangeVerdict.RangeInvalid;
        for (var i = 0; i < leaves.Length; i++)
        {
            if (!range.Contains(leaves[i].Path)) return StateRangeVerdict.OutsideRange;
            if (i > 0 && leaves[i - 1].Path >= leaves[i].Path) return StateRangeVerdict.NotAscending;
        }

        if (!TerminalFits(range, leaves)) return StateRangeVerdict.TerminalInvalid;
        var node = Foreign is { } foreign ? StateHash.Leaf(hash, foreign) : RootOf(hash, leaves, _siblings.Length);
        for (var i = _siblings.Length - 1; i >= 0; i--)
        {
            node = range.Prefix.Bit(i)
                ? StateHash.Node(hash, _siblings[i], node)
                : StateHash.Node(hash, node, _siblings[i]);
        }

        return node == root ? StateRangeVerdict.Valid : StateRangeVerdict.RootMismatch;
    }

    // Above the range stands at most one leaf; and one of another range only where it leaves no room for any of this.
    private bool TerminalFits(in StateRange range, ReadOnlySpan<StateLeaf> leaves)
    {
        if (Foreign is not { } foreign) return _siblings.Length == range.Depth || leaves.Length <= 1;
        if (leaves.Length > 0 || range.Contains(foreign.Path)) return false;
        return (range with { Depth = _siblings.Length }).Contains(foreign.Path);
    }

    // The root of the subtree at this depth, which leaves in ascending order and nothing else are below.
    private static Hash256 RootOf(HashFunction hash, ReadOnlySpan<StateLeaf> leaves, int depth)
    {
        if (leaves.Length == 0) return StateTree.EmptyRoot;
        if (leaves.Length == 1) return StateHash.Leaf(hash, leaves[0]);
        var middle = 0;
        while (middle < leaves.Length && !leaves[middle].Path.Bit(depth)) middle++;
        return StateHash.Node(
            hash, RootOf(hash, leaves[..middle], depth + 1), RootOf(hash, leaves[middle..], depth + 1));
    }
}
