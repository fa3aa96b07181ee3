namespace Ledger.Simulation.Disk;

/// <summary>A key of the simulated disk: column family and bytes, in that order.</summary>
internal readonly ref struct SimKey(int family, ReadOnlySpan<byte> bytes)
{
    public int Family { get; } = family;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public int CompareTo(SimEntry node) =>
        Family != node.Family ? Family.CompareTo(node.Family) : Bytes.SequenceCompareTo(node.Key);
}

/// <summary>An entry, and the subtree below it. Changed only by the batch that made it.</summary>
internal sealed class SimEntry(int family, byte[] key, uint priority, long batch)
{
    public int Family { get; } = family;

    public byte[] Key { get; } = key;

    public uint Priority { get; } = priority;

    /// <summary>The batch that made this node and may still change it.</summary>
    public long Batch { get; } = batch;

    public byte[] Value { get; set; } = [];

    /// <summary>Whether its bytes rotted on the disk: whoever reads them gets an error.</summary>
    public bool Damaged { get; set; }

    public SimEntry? Left { get; set; }

    public SimEntry? Right { get; set; }
}

/// <summary>
/// A persistent ordered map: a treap whose priorities are hashes of the keys, so its form depends on its content alone.
/// An old root stays what it was, which makes a snapshot, and the disk as it was before a crash, a reference.
/// </summary>
internal static class SimTree
{
    public static SimEntry? Find(SimEntry? root, SimKey key)
    {
        while (root is not null)
        {
            var order = key.CompareTo(root);
            if (order == 0) return root;
            root = order < 0 ? root.Left : root.Right;
        }

        return null;
    }

    /// <summary>The least entry above a key, or at it when <paramref name="orEqual"/>.</summary>
    public static SimEntry? Above(SimEntry? root, SimKey key, bool orEqual)
    {
        SimEntry? best = null;
        while (root is not null)
        {
            var order = key.CompareTo(root);
            if (order < 0 || (order == 0 && orEqual)) (best, root) = (root, root.Left);
            else root = root.Right;
        }

        return best;
    }

    /// <summary>The greatest entry below a key, or at it when <paramref name="orEqual"/>.</summary>
    public static SimEntry? Below(SimEntry? root, SimKey key, bool orEqual)
    {
        SimEntry? best = null;
        while (root is not null)
        {
            var order = key.CompareTo(root);
            if (order > 0 || (order == 0 && orEqual)) (best, root) = (root, root.Right);
            else root = root.Left;
        }

        return best;
    }

    public static SimEntry Put(SimEntry? root, SimKey key, byte[] value, bool damaged, long batch)
    {
        if (root is null)
        {
            var bytes = key.Bytes.ToArray();
            return new SimEntry(key.Family, bytes, PriorityOf(key), batch) { Value = value, Damaged = damaged };
        }

        var order = key.CompareTo(root);
        var own = Own(root, batch);
        if (order == 0)
        {
            own.Value = value;
            own.Damaged = damaged;
            return own;
        }

        if (order < 0)
        {
            own.Left = Put(own.Left, key, value, damaged, batch);
            return own.Left.Priority > own.Priority ? RotateRight(own) : own;
        }

        own.Right = Put(own.Right, key, value, damaged, batch);
        return own.Right.Priority > own.Priority ? RotateLeft(own) : own;
    }

    public static SimEntry? Delete(SimEntry? root, SimKey key, long batch)
    {
        if (root is null) return null;
        var order = key.CompareTo(root);
        if (order == 0) return Merge(root.Left, root.Right, batch);
        var own = Own(root, batch);
        if (order < 0) own.Left = Delete(own.Left, key, batch);
        else own.Right = Delete(own.Right, key, batch);
        return own;
    }

    public static int Count(SimEntry? root) => root is null ? 0 : 1 + Count(root.Left) + Count(root.Right);

    /// <summary>The entry at a place in key order.</summary>
    public static SimEntry At(SimEntry root, int index)
    {
        while (true)
        {
            var left = Count(root.Left);
            if (index == left) return root;
            if (index < left)
            {
                root = root.Left!;
            }
            else
            {
                index -= left + 1;
                root = root.Right!;
            }
        }
    }

    private static SimEntry? Merge(SimEntry? left, SimEntry? right, long batch)
    {
        if (left is null) return right;
        if (right is null) return left;
        if (left.Priority > right.Priority)
        {
            var own = Own(left, batch);
            own.Right = Merge(own.Right, right, batch);
            return own;
        }
        else
        {
            var own = Own(right, batch);
            own.Left = Merge(left, own.Left, batch);
            return own;
        }
    }

    // Both nodes were made by the batch at hand.
    private static SimEntry RotateRight(SimEntry node)
    {
        var top = node.Left!;
        node.Left = top.Right;
        top.Right = node;
        return top;
    }

    private static SimEntry RotateLeft(SimEntry node)
    {
        var top = node.Right!;
        node.Right = top.Left;
        top.Left = node;
        return top;
    }

    private static SimEntry Own(SimEntry node, long batch) => node.Batch == batch
        ? node
        : new SimEntry(node.Family, node.Key, node.Priority, batch)
        {
            Value = node.Value,
            Damaged = node.Damaged,
            Left = node.Left,
            Right = node.Right,
        };

    private static uint PriorityOf(SimKey key)
    {
        unchecked
        {
            var hash = 2166136261u ^ (uint)key.Family;
            foreach (var b in key.Bytes) hash = (hash ^ b) * 16777619;
            // FNV's low bits follow the last byte closely; a finaliser spreads them.
            hash ^= hash >> 16;
            hash *= 0x85ebca6b;
            hash ^= hash >> 13;
            hash *= 0xc2b2ae35;
            return hash ^ (hash >> 16);
        }
    }
}
