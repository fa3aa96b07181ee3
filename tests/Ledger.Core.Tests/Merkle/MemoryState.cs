using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

/// <summary>State pages in memory, with the contents beside them as the model.</summary>
internal sealed class MemoryState : IStateNodes
{
    private static readonly StateTree Tree = new(Sha256.Instance);

    public Dictionary<StatePageKey, byte[]> Pages { get; } = [];

    public SortedDictionary<Hash256, Hash256> Model { get; } = [];

    public Hash256 Root { get; private set; } = StateTree.EmptyRoot;

    public int Reads { get; private set; }

    public static MemoryState Of(IEnumerable<KeyValuePair<Hash256, Hash256>> contents)
    {
        var state = new MemoryState();
        state.Apply([.. contents.Select(c => new StateChange(c.Key, c.Value))]);
        return state;
    }

    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        Reads++;
        if (!Pages.TryGetValue(key, out var page)) return -1;
        page.CopyTo(destination);
        return page.Length;
    }

    public StateUpdate Apply(StateChange[] changes)
    {
        Array.Sort(changes, (a, b) => a.Path.CompareTo(b.Path));
        var update = Tree.Apply(Root, this, changes);
        Store(update);
        foreach (var change in changes)
        {
            if (change.ValueHash is { } value) Model[change.Path] = value;
            else Model.Remove(change.Path);
        }

        return update;
    }

    public void Store(StateUpdate update)
    {
        foreach (var write in update.Writes)
        {
            if (write.Page is { } page) Pages[write.Key] = page;
            else Pages.Remove(write.Key);
        }

        Root = update.Root;
    }

    public StateProof Prove(Hash256 path) => Tree.Prove(Root, this, path);

    public List<StateLeaf> Enumerate() => [.. Tree.Enumerate(Root, this)];
}

/// <summary>The definition of the root, straight from the specification, over the whole contents.</summary>
internal static class NaiveState
{
    public static Hash256 Root(IEnumerable<KeyValuePair<Hash256, Hash256>> contents) =>
        Root([.. contents.OrderBy(c => c.Key)], 0);

    private static Hash256 Root(ReadOnlySpan<KeyValuePair<Hash256, Hash256>> sorted, int depth)
    {
        if (sorted.IsEmpty) return default;
        if (sorted.Length == 1)
            return Sha256.Instance.Hash([0, .. sorted[0].Key.AsSpan(), .. sorted[0].Value.AsSpan()]);
        var zeros = 0;
        while (zeros < sorted.Length && !sorted[zeros].Key.Bit(depth)) zeros++;
        var left = Root(sorted[..zeros], depth + 1);
        var right = Root(sorted[zeros..], depth + 1);
        return Sha256.Instance.Hash([1, .. left.AsSpan(), .. right.AsSpan()]);
    }
}

/// <summary>Paths that meet deep in the tree, which hashed keys almost never do.</summary>
internal static class DeepPaths
{
    /// <summary>A path that shares exactly <paramref name="bits"/> leading bits with another.</summary>
    public static Hash256 Branch(Hash256 path, int bits, Prng prng)
    {
        var bytes = prng.Bytes(Hash256.Size);
        for (var i = 0; i <= bits; i++)
        {
            var mask = (byte)(0x80 >> (i & 7));
            var set = path.Bit(i) != (i == bits);
            bytes[i >> 3] = (byte)(set ? bytes[i >> 3] | mask : bytes[i >> 3] & ~mask);
        }

        return new Hash256(bytes);
    }

    /// <summary>Paths of which each branches from an earlier one at a random depth, often the last bit.</summary>
    public static Hash256[] Make(int count, Prng prng)
    {
        var paths = new List<Hash256> { prng.Hash() };
        while (paths.Count < count)
        {
            int[] depths = [prng.Below(8), prng.Below(256), prng.Below(4) * 4, 255];
            var path = Branch(paths[prng.Below(paths.Count)], depths[prng.Below(depths.Length)], prng);
            if (!paths.Contains(path)) paths.Add(path);
        }

        return [.. paths];
    }
}
