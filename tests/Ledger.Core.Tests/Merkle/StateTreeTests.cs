using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

public sealed class StateTreeTests
{
    private static readonly StateTree Tree = new(Sha256.Instance);

    [Fact]
    public void The_tree_without_keys_has_the_zero_root_and_no_pages()
    {
        var state = new MemoryState();
        var path = new Prng(1).Hash();
        state.Apply([new StateChange(path, Hash256.Zero)]);
        state.Apply([new StateChange(path, null)]);

        Assert.Equal(Hash256.Zero, state.Root);
        Assert.Empty(state.Pages);
    }

    [Fact]
    public void A_single_key_makes_its_leaf_the_root()
    {
        var prng = new Prng(2);
        var leaf = new StateLeaf(prng.Hash(), prng.Hash());
        var state = new MemoryState();

        state.Apply([new StateChange(leaf.Path, leaf.ValueHash)]);

        Assert.Equal(StateHash.Leaf(Sha256.Instance, leaf), state.Root);
        Assert.Single(state.Pages);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Root_and_pages_depend_on_the_contents_and_not_on_their_history(ulong seed)
    {
        var prng = new Prng(seed);
        var paths = DeepPaths.Make(60, prng);
        var state = new MemoryState();
        for (var round = 0; round < 40; round++)
        {
            prng.Shuffle(paths.AsSpan());
            var removals = prng.Below(10);
            var changes = paths.Take(prng.Below(12))
                .Select(p => new StateChange(p, prng.Below(10) < removals ? null : prng.Hash()));

            state.Apply([.. changes]);

            Assert.Equal(NaiveState.Root(state.Model), state.Root);
            var fresh = MemoryState.Of(state.Model);
            Assert.Equal(fresh.Root, state.Root);
            Assert.Equal(Sorted(fresh), Sorted(state));
            Assert.Equal(state.Model.Select(m => new StateLeaf(m.Key, m.Value)), state.Enumerate());
        }
    }

    [Fact]
    public void A_batch_equals_its_changes_one_by_one()
    {
        var prng = new Prng(7);
        var changes = Enumerable.Range(0, 2000).Select(_ => new StateChange(prng.Hash(), prng.Hash())).ToArray();
        var batched = new MemoryState();
        var single = new MemoryState();

        batched.Apply([.. changes]);
        foreach (var change in changes) single.Apply([change]);

        Assert.Equal(batched.Root, single.Root);
        Assert.Equal(Sorted(batched), Sorted(single));
        Assert.Equal(NaiveState.Root(batched.Model), batched.Root);
    }

    [Fact]
    public void Changes_that_change_nothing_write_nothing()
    {
        var prng = new Prng(8);
        var state = new MemoryState();
        var paths = DeepPaths.Make(50, prng);
        state.Apply([.. paths.Select(p => new StateChange(p, p))]);

        var same = state.Apply([.. paths.Select(p => new StateChange(p, p))]);
        var absent = state.Apply([.. Enumerable.Range(0, 50).Select(_ => new StateChange(prng.Hash(), null))]);

        Assert.Empty(same.Writes);
        Assert.Empty(absent.Writes);
    }

    [Fact]
    public void An_update_touches_one_page_for_every_four_levels()
    {
        var prng = new Prng(9);
        var state = new MemoryState();
        state.Apply([.. Enumerable.Range(0, 4096).Select(_ => new StateChange(prng.Hash(), prng.Hash()))]);
        var readsBefore = state.Reads;

        var update = state.Apply([new StateChange(state.Model.First().Key, prng.Hash())]);

        // 4096 keys fill three page levels; collisions reach a fourth and rarely a fifth.
        Assert.InRange(update.Writes.Count, 3, 5);
        Assert.Equal(update.Writes.Count, state.Reads - readsBefore);
    }

    [Fact]
    public void The_next_block_is_executed_over_writes_that_are_not_on_disk_yet()
    {
        var prng = new Prng(10);
        var paths = DeepPaths.Make(80, prng);
        var disk = MemoryState.Of(paths.Take(50).Select(p => KeyValuePair.Create(p, p)));
        var model = new SortedDictionary<Hash256, Hash256>(disk.Model);
        var overlay = new StateOverlay(disk);
        var root = disk.Root;
        var waiting = new Queue<(long Batch, StateUpdate Update)>();

        for (var block = 0; block < 30; block++)
        {
            prng.Shuffle(paths.AsSpan());
            var changes = paths.Take(20)
                .Select(p => new StateChange(p, prng.Below(2) == 0 ? null : prng.Hash()))
                .OrderBy(c => c.Path).ToArray();
            var update = Tree.Apply(root, overlay, changes);
            waiting.Enqueue((overlay.Add(update.Writes), update));
            root = update.Root;
            foreach (var change in changes)
            {
                if (change.ValueHash is { } value) model[change.Path] = value;
                else model.Remove(change.Path);
            }

            Assert.Equal(NaiveState.Root(model), root);
            Assert.Equal(model.Count, Tree.Enumerate(root, overlay).Count());
            if (waiting.Count > 3) StoreOldest();
        }

        while (waiting.Count > 0) StoreOldest();
        Assert.Equal(0, overlay.Count);
        Assert.Equal(model.Select(m => new StateLeaf(m.Key, m.Value)), disk.Enumerate());

        void StoreOldest()
        {
            var (batch, update) = waiting.Dequeue();
            disk.Store(update);
            overlay.Settle(batch, update.Writes);
        }
    }

    [Fact]
    public void Unsorted_and_repeated_changes_are_refused()
    {
        var low = new StateChange(Hash256.Zero, Hash256.Zero);
        var high = new StateChange(Leaves.FlipBit(Hash256.Zero, 0), Hash256.Zero);

        Assert.Throws<ArgumentException>(() => Tree.Apply(default, new MemoryState(), [high, low]));
        Assert.Throws<ArgumentException>(() => Tree.Apply(default, new MemoryState(), [low, low]));
    }

    [Fact]
    public void A_flipped_bit_in_any_stored_page_is_found_by_enumeration()
    {
        var prng = new Prng(11);
        var state = MemoryState.Of(DeepPaths.Make(12, prng).Select(p => KeyValuePair.Create(p, p)));
        foreach (var (key, page) in state.Pages.ToArray())
        {
            for (var round = 0; round < 24; round++)
            {
                var bit = round == 0 ? 0 : prng.Below(8 * page.Length);
                state.Pages[key] = [.. page];
                state.Pages[key][bit / 8] ^= (byte)(1 << (bit % 8));
                var error = Assert.Throws<InvalidDataException>(state.Enumerate);
                if (round == 0) Assert.Contains(key.ToString(), error.Message, StringComparison.Ordinal);
            }

            state.Pages[key] = [.. page, 0];
            Assert.Throws<InvalidDataException>(state.Enumerate);
            state.Pages[key] = page[..^1];
            Assert.Throws<InvalidDataException>(state.Enumerate);
            state.Pages.Remove(key);
            Assert.Throws<InvalidDataException>(state.Enumerate);
            state.Pages[key] = page;
        }
    }

    [Fact]
    public void A_page_of_another_version_is_refused_when_it_is_updated()
    {
        var prng = new Prng(12);
        var state = MemoryState.Of(Enumerable.Range(0, 100).Select(_ => KeyValuePair.Create(prng.Hash(), prng.Hash())));
        var path = state.Model.First().Key;
        var old = state.Pages.ToDictionary();
        var update = state.Apply([new StateChange(path, prng.Hash())]);
        var stale = update.Writes.First(w => w.Key != StatePageKey.Root).Key;
        state.Pages[stale] = old[stale];

        Assert.Throws<InvalidDataException>(() => state.Apply([new StateChange(path, prng.Hash())]));
    }

    [Fact]
    public void Page_keys_are_read_as_they_are_written()
    {
        var path = new Prng(13).Hash();
        for (var nibbles = 0; nibbles < 64; nibbles++)
        {
            var key = StatePageKey.On(path, nibbles);

            Assert.True(StatePageKey.TryParse(key.ToArray(), out var read));
            Assert.Equal(key, read);
            Assert.False(StatePageKey.TryParse([.. key.ToArray(), 0], out _));
        }

        Assert.False(StatePageKey.TryParse([], out _));
        Assert.False(StatePageKey.TryParse([64, .. path.AsSpan()], out _));
        Assert.False(StatePageKey.TryParse([1, 0x1f], out _));
    }

    [Fact]
    public void Namespace_and_key_are_never_confused()
    {
        var split = StateHash.PathOf(Sha256.Instance, "ab", "c"u8);

        Assert.NotEqual(split, StateHash.PathOf(Sha256.Instance, "a", "bc"u8));
        Assert.NotEqual(split, StateHash.PathOf(Sha256.Instance, "abc", []));
        Assert.Throws<ArgumentException>(() => StateHash.PathOf(Sha256.Instance, new string('n', 256), []));
        Assert.Throws<ArgumentException>(
            () => StateHash.PathOf(Sha256.Instance, "n", new byte[StateHash.MaxKeyLength + 1]));
    }

    private static List<string> Sorted(MemoryState state) =>
        [.. state.Pages.Select(p => $"{p.Key} {Convert.ToHexString(p.Value)}").Order(StringComparer.Ordinal)];
}
