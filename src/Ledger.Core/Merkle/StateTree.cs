using System.Runtime.CompilerServices;
using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>
/// The state tree: a sparse Merkle tree over 256-bit paths, in which a subtree with one leaf is that leaf. Its root
/// depends on the contents only, never on how they came about.
/// </summary>
/// <remarks>
/// Holds no nodes: they are read as pages of four levels through <see cref="IStateNodes"/> and handed back as writes.
/// Stateless and safe for concurrent use. docs/spec/state-tree.md.
/// </remarks>
public sealed class StateTree
{
    /// <summary>The largest page in bytes.</summary>
    public const int MaxPageSize = StatePage.MaxEncodedSize;

    /// <summary>Number of bits of a path, and so the greatest depth of a leaf.</summary>
    public const int MaxDepth = 8 * Hash256.Size;

    private readonly HashFunction _hash;

    /// <summary>Creates a tree with the channel's hash function.</summary>
    public StateTree(HashFunction hash) => _hash = hash;

    /// <summary>The root of the tree without keys: 32 zero bytes.</summary>
    public static Hash256 EmptyRoot => Hash256.Zero;

    /// <summary>
    /// Applies a batch to the tree with root <paramref name="root"/>. Changed nodes are hashed once; nothing is
    /// written, the caller stores <see cref="StateUpdate.Writes"/> or lays them over <paramref name="nodes"/> (<see
    /// cref="StateOverlay"/>).
    /// </summary>
    /// <exception cref="ArgumentException">The changes are not in strictly ascending order of their paths.</exception>
    /// <exception cref="InvalidDataException">A page is missing, malformed, or not the one its parent
    /// names.</exception>
    public StateUpdate Apply(in Hash256 root, IStateNodes nodes, ReadOnlySpan<StateChange> changes)
    {
        for (var i = 1; i < changes.Length; i++)
        {
            if (changes[i - 1].Path >= changes[i].Path)
                throw new ArgumentException("changes must be in strictly ascending order of path", nameof(changes));
        }

        return changes.IsEmpty ? new StateUpdate(root, []) : new StateUpdater(_hash, nodes, changes).Run(root);
    }

    /// <summary>What the tree holds at <paramref name="path"/>, with its proof: of presence, or of absence.</summary>
    /// <exception cref="InvalidDataException">A page is missing, malformed, or not the one its parent
    /// names.</exception>
    public StateProof Prove(in Hash256 root, IStateNodes nodes, in Hash256 path) =>
        Prove(root, nodes, path, MaxDepth);

    // The way is followed down to a depth at most; the terminal is what stands there if that is a leaf.
    internal StateProof Prove(in Hash256 root, IStateNodes nodes, in Hash256 path, int maxDepth)
    {
        var siblings = new List<Hash256>();
        if (root == EmptyRoot) return new StateProof(siblings, terminal: null);

        var page = new StatePage();
        StatePages.Load(page, _hash, nodes, StatePageKey.Root, root);
        var index = StatePage.Top;
        while (page[index].Kind == StateNodeKind.Inner && siblings.Count < maxDepth)
        {
            if (index >= StatePage.FirstSlot)
            {
                var key = StatePageKey.On(path, siblings.Count / StatePage.Levels);
                StatePages.Load(page, _hash, nodes, key, page[index].First);
                index = StatePage.Top;
            }

            var bit = path.Bit(siblings.Count) ? 1 : 0;
            siblings.Add(page[(2 * index) + 1 - bit].HashWith(_hash));
            index = (2 * index) + bit;
        }

        return new StateProof(siblings, page[index].Kind == StateNodeKind.Leaf ? page[index].Leaf : null);
    }

    /// <summary>
    /// All leaves in ascending order of path. Every page is checked in full on the way: reading to the end proves that
    /// the stored tree is whole and has this root.
    /// </summary>
    /// <exception cref="InvalidDataException">A page is missing or wrong; the message names it. Thrown while
    /// enumerating.</exception>
    public IEnumerable<StateLeaf> Enumerate(Hash256 root, IStateNodes nodes)
    {
        if (root == EmptyRoot) yield break;

        // Bound: at most 16 pages wait on each of the 64 page levels.
        var pending = new Stack<StateNodeAt>();
        pending.Push(new StateNodeAt(StatePageKey.Root, StateNode.OfInner(root)));
        var page = new StatePage();
        while (pending.TryPop(out var next))
        {
            if (next.Node.Kind == StateNodeKind.Leaf)
            {
                yield return next.Node.Leaf;
                continue;
            }

            StatePages.Load(page, _hash, nodes, next.Key, next.Node.First);
            if (!page.IsSound(_hash, next.Key.Nibbles * StatePage.Levels)) throw StatePages.Corrupt(next.Key);
            PushBelow(page, next.Key, StatePage.Top, pending);
        }
    }

    // Right before left, so that the stack gives them back in path order.
    private static void PushBelow(StatePage page, in StatePageKey key, int index, Stack<StateNodeAt> pending)
    {
        if (page[index].Kind == StateNodeKind.Leaf) pending.Push(new StateNodeAt(key, page[index]));
        if (page[index].Kind != StateNodeKind.Inner) return;
        if (index >= StatePage.FirstSlot)
        {
            pending.Push(new StateNodeAt(key.Child(index - StatePage.FirstSlot), page[index]));
            return;
        }

        PushBelow(page, key, (2 * index) + 1, pending);
        PushBelow(page, key, 2 * index, pending);
    }

    private readonly record struct StateNodeAt(StatePageKey Key, StateNode Node);
}

/// <summary>Reads pages and refuses wrong ones.</summary>
internal static class StatePages
{
    // Nothing of the buffer is looked at but the page that was read into it.
    [SkipLocalsInit]
    public static void Load(
        StatePage page, HashFunction hash, IStateNodes nodes, in StatePageKey key, in Hash256 expected)
    {
        // The expected hash may lie inside the page that is about to be overwritten.
        var wanted = expected;
        Span<byte> buffer = stackalloc byte[StatePage.MaxEncodedSize];
        var length = nodes.ReadPage(key, buffer);
        if (length < 0) throw new InvalidDataException($"state page {key} is missing");
        if (length > buffer.Length || !page.TryLoad(hash, key, buffer[..length], wanted)) throw Corrupt(key);
    }

    public static InvalidDataException Corrupt(in StatePageKey key) =>
        new($"state page {key} is malformed or does not have the hash that its parent names");
}
