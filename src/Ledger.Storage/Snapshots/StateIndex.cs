using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Snapshots;

/// <summary>
/// The keys of a part of the state in path order. State lies on disk by key, and chunks are cut by path: one pass over the
/// keys sorts as many of them as fit the limit, around what was asked for. Immutable.
/// </summary>
internal sealed class StateIndex
{
    private readonly (Hash256 Path, byte[] Key)[] _keys;

    private StateIndex(StateRange region, (Hash256, byte[])[] keys)
    {
        Region = region;
        _keys = keys;
    }

    /// <summary>The part that it covers.</summary>
    public StateRange Region { get; }

    /// <summary>Number of keys.</summary>
    public int Count => _keys.Length;

    /// <summary>
    /// Builds the index of the largest part around <paramref name="wanted"/> that has at most <paramref name="limit"/>
    /// keys, or of that range itself.
    /// </summary>
    public static StateIndex Build(ReadScope scope, in StateRange wanted, int limit, CancellationToken stop)
    {
        var region = StateRange.Whole;
        var keys = new List<(Hash256 Path, byte[] Key)>();
        using var iterator = scope.Iterate(scope.Context.State, fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            stop.ThrowIfCancellationRequested();
            if (!LedgerSchema.TrySplitStateKey(iterator.Key, out var space, out var key))
                throw scope.Corrupt(scope.Context.State, iterator.Key, "not a key of the state");
            var path = StateHash.PathOf(scope.Context.Hash, space, key);
            if (!region.Contains(path)) continue;
            keys.Add((path, iterator.Key.ToArray()));
            while (keys.Count > limit && region.Depth < wanted.Depth)
            {
                var (low, high) = region.Split();
                region = low.Contains(wanted.Prefix) ? low : high;
                var narrowed = region;
                keys.RemoveAll(k => !narrowed.Contains(k.Path));
            }
        }

        var sorted = keys.ToArray();
        Array.Sort(sorted, static (a, b) => a.Path.CompareTo(b.Path));
        return new StateIndex(region, sorted);
    }

    /// <summary>Whether a range lies within the region.</summary>
    public bool Covers(in StateRange range) => range.Depth >= Region.Depth && Region.Contains(range.Prefix);

    /// <summary>The keys of a range, which the region covers, in path order.</summary>
    public ReadOnlySpan<(Hash256 Path, byte[] Key)> Keys(in StateRange range)
    {
        var first = FirstFrom(range.Prefix);
        var end = first;
        while (end < _keys.Length && range.Contains(_keys[end].Path)) end++;
        return _keys.AsSpan(first, end - first);
    }

    private int FirstFrom(in Hash256 path)
    {
        var (low, high) = (0, _keys.Length);
        while (low < high)
        {
            var middle = low + ((high - low) >> 1);
            if (_keys[middle].Path < path) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
