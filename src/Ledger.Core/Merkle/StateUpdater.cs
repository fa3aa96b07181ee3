using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>
/// One run of <see cref="StateTree.Apply"/>: walks down to the changes, page by page, and hashes on the way back.
/// </summary>
internal ref struct StateUpdater
{
    private readonly HashFunction _hash;
    private readonly IStateNodes _nodes;
    private readonly ReadOnlySpan<StateChange> _changes;
    private readonly List<StatePageWrite> _writes;

    // The walk is depth-first, so one page of each level is open at a time. Bound: 64 levels.
    private readonly List<StatePage> _open = [];

    public StateUpdater(HashFunction hash, IStateNodes nodes, ReadOnlySpan<StateChange> changes)
    {
        _hash = hash;
        _nodes = nodes;
        _changes = changes;
        // A new key of a large tree changes the page it is on, and half of the time that page's parent is no other's.
        _writes = new List<StatePageWrite>(changes.Length + (changes.Length >> 1) + 16);
    }

    public readonly StateUpdate Run(in Hash256 root)
    {
        var stored = root == StateTree.EmptyRoot ? default : StateNode.OfInner(root);
        var top = UpdatePage(StatePageKey.Root, stored, 0, _changes.Length);
        return new StateUpdate(top.HashWith(_hash), _writes);
    }

    // The page below `top` after changes first..end: a stored page when `top` is inner, else one that is yet to be
    // made.
    private readonly StateNode UpdatePage(in StatePageKey key, in StateNode top, int first, int end)
    {
        var isRoot = key == StatePageKey.Root;
        var exists = top.Kind == StateNodeKind.Inner;
        if (_open.Count == key.Nibbles) _open.Add(new StatePage());
        var page = _open[key.Nibbles];
        if (exists) StatePages.Load(page, _hash, _nodes, key, top.First);
        else page.Reset(top);

        UpdateNode(page, key, StatePage.Top, key.Nibbles * StatePage.Levels, first, end);

        // A single leaf is kept by the page above; only the root page, which has none above, may hold just that.
        var result = page[StatePage.Top];
        var keep = result.Kind == StateNodeKind.Inner || (isRoot && result.Kind == StateNodeKind.Leaf);
        if (keep && (page.Changed || !exists)) _writes.Add(new StatePageWrite(key, page.Encode()));
        if (!keep && exists) _writes.Add(new StatePageWrite(key, null));
        return result;
    }

    private readonly bool UpdateNode(StatePage page, in StatePageKey key, int index, int depth, int first, int end)
    {
        var node = page[index];
        if (node.Kind != StateNodeKind.Inner && IsAtMostOneLeaf(node, first, end, out var survivor))
            return page.Set(index, survivor);
        if (index >= StatePage.FirstSlot)
            return page.Set(index, UpdatePage(key.Child(index - StatePage.FirstSlot), node, first, end));

        var left = 2 * index;
        if (node.Kind == StateNodeKind.Leaf) page.Set(left + (node.First.Bit(depth) ? 1 : 0), node);
        var middle = FirstWithBit(depth, first, end);
        var changed = node.Kind != StateNodeKind.Inner;
        if (middle > first) changed |= UpdateNode(page, key, left, depth + 1, first, middle);
        if (end > middle) changed |= UpdateNode(page, key, left + 1, depth + 1, middle, end);
        return changed && Combine(page, index);
    }

    // Gives a node what its children have become. A single leaf moves up: that makes the root independent of history.
    private readonly bool Combine(StatePage page, int index)
    {
        var left = page[2 * index];
        var right = page[(2 * index) + 1];
        if (left.Kind == StateNodeKind.Inner || right.Kind == StateNodeKind.Inner
            || (left.Kind == StateNodeKind.Leaf && right.Kind == StateNodeKind.Leaf))
            return page.Set(index, StateNode.OfInner(page.HashOfChildren(_hash, index)));

        page.Set(2 * index, default);
        page.Set((2 * index) + 1, default);
        return page.Set(index, left.Kind == StateNodeKind.Leaf ? left : right);
    }

    // What is left of an empty or leaf node after its changes, when that is no more than one leaf.
    private readonly bool IsAtMostOneLeaf(in StateNode node, int first, int end, out StateNode survivor)
    {
        survivor = default;
        var count = 0;
        var kept = node.Kind == StateNodeKind.Leaf;
        foreach (ref readonly var change in _changes[first..end])
        {
            if (kept && change.Path == node.First) kept = false;
            if (change.ValueHash is not { } value) continue;
            if (++count > 1) return false;
            survivor = StateNode.OfLeaf(new StateLeaf(change.Path, value));
        }

        if (!kept) return true;
        survivor = node;
        return count == 0;
    }

    // The changes share their first `depth` bits and are sorted: those with the next bit set follow those without.
    private readonly int FirstWithBit(int depth, int first, int end)
    {
        while (first < end)
        {
            var middle = first + ((end - first) >> 1);
            if (_changes[middle].Path.Bit(depth)) end = middle;
            else first = middle + 1;
        }

        return first;
    }
}
