using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Node.Execution;

namespace Ledger.Node.Tests.Execution;

public sealed class UpperPagesTests
{
    private readonly CountingPages _store = new();
    private readonly StateTree _tree = new(Sha256.Instance);
    private Hash256 _root = StateTree.EmptyRoot;

    [Fact]
    public void Roots_and_writes_are_those_of_the_store_alone()
    {
        var pages = new UpperPages(_store);
        for (var block = 0; block < 20; block++)
        {
            // Some keys again and again, some once; and removals, which make pages disappear.
            var changes = Enumerable.Range(0, 200)
                .Select(i => Path((block % 3 * 7_000) + (i * 31)))
                .Distinct().Order()
                .Select((path, i) => new StateChange(path, (block + i) % 5 == 0 ? null : Path(block + i)))
                .ToArray();

            var cached = _tree.Apply(_root, pages, changes);
            var alone = _tree.Apply(_root, _store, changes);

            Assert.Equal(alone.Root, cached.Root);
            Assert.Equal(alone.Writes.Select(w => w.Key), cached.Writes.Select(w => w.Key));
            _store.Apply(cached.Writes);
            pages.OnWritten(cached.Writes);
            _root = cached.Root;
        }
    }

    [Fact]
    public void An_upper_page_is_read_once()
    {
        Grow(5_000);
        var pages = new UpperPages(_store);
        Prove(pages);
        var first = _store.Reads;
        Prove(pages);

        Assert.Equal(1, _store.RootReads);
        Assert.True(_store.Reads - first < first, "the second walk found the upper pages in memory");
    }

    private static Hash256 Path(int n) => Sha256.Instance.Hash(BitConverter.GetBytes(n));

    private void Grow(int count)
    {
        StateChange[] changes = [.. Enumerable.Range(0, count).Select(Path).Order().Select(p => new StateChange(p, p))];
        var update = _tree.Apply(_root, _store, changes);
        _store.Apply(update.Writes);
        _root = update.Root;
        _store.RootReads = 0;
        _store.Reads = 0;
    }

    private void Prove(UpperPages pages)
    {
        for (var i = 0; i < 100; i++) _tree.Prove(_root, pages, Path(i));
    }

    private sealed class CountingPages : IStateNodes
    {
        private readonly Dictionary<StatePageKey, byte[]> _pages = [];

        public int Reads { get; set; }

        public int RootReads { get; set; }

        public void Apply(IReadOnlyList<StatePageWrite> writes)
        {
            foreach (var write in writes)
            {
                if (write.Page is { } page) _pages[write.Key] = page;
                else _pages.Remove(write.Key);
            }
        }

        public int ReadPage(in StatePageKey key, Span<byte> destination)
        {
            Reads++;
            if (key == StatePageKey.Root) RootReads++;
            if (!_pages.TryGetValue(key, out var page)) return -1;
            page.CopyTo(destination);
            return page.Length;
        }
    }
}
