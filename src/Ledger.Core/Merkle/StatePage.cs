using System.Buffers.Binary;
using System.Numerics;
using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

internal enum StateNodeKind : byte
{
    Empty = 0,
    Leaf = 1,
    Inner = 2,
}

/// <summary>
/// A node of the state tree: nothing, a single leaf, or the hash of a subtree with two leaves or more.
/// </summary>
internal readonly record struct StateNode(StateNodeKind Kind, Hash256 First, Hash256 Second)
{
    public static StateNode OfLeaf(in StateLeaf leaf) => new(StateNodeKind.Leaf, leaf.Path, leaf.ValueHash);

    public static StateNode OfInner(in Hash256 hash) => new(StateNodeKind.Inner, hash, default);

    public StateLeaf Leaf => new(First, Second);

    public Hash256 HashWith(HashFunction hash) => Kind switch
    {
        StateNodeKind.Leaf => StateHash.Leaf(hash, Leaf),
        StateNodeKind.Inner => First,
        _ => Hash256.Zero,
    };
}

/// <summary>
/// Four levels of the state tree, stored as one record: a node at the top (index 1), its descendants (2-15), and
/// sixteen slots (16-31) below which further pages hang. The children of node i are 2i and 2i + 1.
/// </summary>
/// <remarks>
/// Encoded: the kinds of nodes 1 to 31 in two bits each, from the least significant bits of a little-endian 64-bit
/// number; then, in order, 64 bytes for each leaf (path, value hash) and 32 for each inner node but the top one,
/// whose hash is computed on loading and compared with what the page above says. Not thread-safe; reused for many
/// pages.
/// </remarks>
internal sealed class StatePage
{
    public const int Top = 1;
    public const int FirstSlot = 16;
    public const int Levels = 4;
    private const int End = 2 * FirstSlot;
    private const int HeaderSize = 8;

    /// <summary>Sixteen leaves in the slots and all fourteen inner nodes below the top.</summary>
    public const int MaxEncodedSize =
        HeaderSize + (FirstSlot * 2 * Hash256.Size) + ((FirstSlot - 2) * Hash256.Size);

    // The leaves among the kinds, of two bits each: the low one is set for a leaf, the high one for an inner node.
    private const ulong LeafBits = 0x1555_5555_5555_5555;

    private readonly StateNode[] _nodes = new StateNode[End];

    // Invariant: as encoded, the kinds of _nodes. Most places of most pages are empty, and are passed over with it.
    private ulong _kinds;

    /// <summary>Whether the page differs from what was loaded.</summary>
    public bool Changed { get; private set; }

    public ref readonly StateNode this[int index] => ref _nodes[index];

    /// <summary>Empties the page, but for its top.</summary>
    public void Reset(in StateNode top)
    {
        Array.Clear(_nodes);
        _nodes[Top] = top;
        _kinds = (ulong)top.Kind;
        Changed = false;
    }

    /// <summary>Sets a node and returns whether that changed it.</summary>
    public bool Set(int index, in StateNode node)
    {
        if (_nodes[index] == node) return false;
        _nodes[index] = node;
        _kinds = (_kinds & ~(3UL << ShiftOf(index))) | ((ulong)node.Kind << ShiftOf(index));
        Changed = true;
        return true;
    }

    public byte[] Encode()
    {
        var leaves = BitOperations.PopCount(_kinds & LeafBits);
        var inner = BitOperations.PopCount(_kinds & (LeafBits << 1));
        // The top's hash is not stored.
        if (_nodes[Top].Kind == StateNodeKind.Inner) inner--;
        var encoded = new byte[HeaderSize + (((2 * leaves) + inner) * Hash256.Size)];
        BinaryPrimitives.WriteUInt64LittleEndian(encoded, _kinds);
        var rest = encoded.AsSpan(HeaderSize);
        for (var left = _kinds; left != 0; left &= ~(3UL << ShiftOf(FirstOf(left))))
        {
            ref readonly var node = ref _nodes[FirstOf(left)];
            var stored = StoredSize(FirstOf(left), node.Kind);
            if (stored >= Hash256.Size) node.First.CopyTo(rest);
            if (stored > Hash256.Size) node.Second.CopyTo(rest[Hash256.Size..]);
            rest = rest[stored..];
        }

        return encoded;
    }

    /// <summary>Loads a page. False when the bytes are no page, or not the one with this key and hash.</summary>
    public bool TryLoad(HashFunction hash, in StatePageKey key, ReadOnlySpan<byte> encoded, in Hash256 expected)
    {
        Reset(default);
        if (encoded.Length < HeaderSize) return false;
        var kinds = BinaryPrimitives.ReadUInt64LittleEndian(encoded);
        if (kinds >> (2 * (End - 1)) != 0) return false;
        var rest = encoded[HeaderSize..];
        _kinds = kinds;
        for (var left = kinds; left != 0; left &= ~(3UL << ShiftOf(FirstOf(left))))
        {
            var i = FirstOf(left);
            var kind = (StateNodeKind)((kinds >> ShiftOf(i)) & 3);
            var stored = StoredSize(i, kind);
            if (kind > StateNodeKind.Inner || rest.Length < stored) return false;
            _nodes[i] = new StateNode(
                kind,
                stored >= Hash256.Size ? new Hash256(rest[..Hash256.Size]) : default,
                stored > Hash256.Size ? new Hash256(rest.Slice(Hash256.Size, Hash256.Size)) : default);
            if (kind == StateNodeKind.Leaf && !key.Covers(_nodes[i].First)) return false;
            rest = rest[stored..];
        }

        if (!rest.IsEmpty || !HasTreeShape()) return false;
        if (_nodes[Top].Kind == StateNodeKind.Inner)
            _nodes[Top] = StateNode.OfInner(HashOfChildren(hash, Top));
        else if (key != StatePageKey.Root)
            return false;
        return _nodes[Top].HashWith(hash) == expected;
    }

    public Hash256 HashOfChildren(HashFunction hash, int index) => StateHash.Node(
        hash, _nodes[2 * index].HashWith(hash), _nodes[(2 * index) + 1].HashWith(hash));

    /// <summary>
    /// Whether every stored inner hash is right and every leaf stands where its path leads. Loading leaves this out,
    /// because each page was written by the same code; a check of the whole database does not.
    /// </summary>
    public bool IsSound(HashFunction hash, int depth)
    {
        for (var i = Top; i < End; i++)
        {
            ref readonly var node = ref _nodes[i];
            if (node.Kind == StateNodeKind.Leaf && !LeadsTo(node.First, depth, i)) return false;
            if (node.Kind != StateNodeKind.Inner || i >= FirstSlot) continue;
            if (HashOfChildren(hash, i) != node.First) return false;
        }

        return true;
    }

    // Only inner nodes above the slots have children; and they stand for two leaves at least, or would have collapsed.
    private bool HasTreeShape()
    {
        for (var i = Top; i < FirstSlot; i++)
        {
            var left = _nodes[2 * i].Kind;
            var right = _nodes[(2 * i) + 1].Kind;
            var inner = left == StateNodeKind.Inner || right == StateNodeKind.Inner
                || (left == StateNodeKind.Leaf && right == StateNodeKind.Leaf);
            if (_nodes[i].Kind == StateNodeKind.Inner ? !inner : (left | right) != StateNodeKind.Empty) return false;
        }

        return true;
    }

    private static bool LeadsTo(in Hash256 path, int depth, int index)
    {
        var walked = Top;
        for (var d = depth; walked < index; d++) walked = (2 * walked) + (path.Bit(d) ? 1 : 0);
        return walked == index;
    }

    private static int ShiftOf(int index) => 2 * (index - 1);

    // The first place that is not empty.
    private static int FirstOf(ulong kinds) => (BitOperations.TrailingZeroCount(kinds) >> 1) + 1;

    private static int StoredSize(int index, StateNodeKind kind) => kind switch
    {
        StateNodeKind.Leaf => 2 * Hash256.Size,
        StateNodeKind.Inner when index != Top => Hash256.Size,
        _ => 0,
    };
}
