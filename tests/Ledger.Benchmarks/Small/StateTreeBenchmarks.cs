using BenchmarkDotNet.Attributes;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Benchmarks.Small;

/// <summary>One block's changes to a state tree of a hundred thousand keys, pages in memory.</summary>
public class StateTreeBenchmarks : IStateNodes
{
    private const int Keys = 100_000;

    private static readonly StateTree Tree = new(Sha256.Instance);

    private readonly Dictionary<StatePageKey, byte[]> _pages = [];
    private StateChange[] _changes = [];
    private Hash256 _root = StateTree.EmptyRoot;

    [Params(500, 10_000)]
    public int Changes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var update = Tree.Apply(_root, this, Make(0, Keys, "first"));
        foreach (var write in update.Writes) _pages[write.Key] = write.Page!;
        _root = update.Root;
        // Half are keys that are there, half are new: what a channel with returning and new subjects sees.
        _changes = Make(Keys - (Changes / 2), Changes, "second");
    }

    /// <inheritdoc/>
    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        if (!_pages.TryGetValue(key, out var page)) return -1;
        page.CopyTo(destination);
        return page.Length;
    }

    [Benchmark]
    public StateUpdate Apply() => Tree.Apply(_root, this, _changes);

    private static StateChange[] Make(int first, int count, string value)
    {
        var valueHash = StateHash.ValueHashOf(Sha256.Instance, System.Text.Encoding.UTF8.GetBytes(value));
        return [.. Enumerable.Range(first, count)
            .Select(i => new StateChange(StateHash.PathOf(Sha256.Instance, "bench", BitConverter.GetBytes(i)), valueHash))
            .OrderBy(c => c.Path)];
    }
}
