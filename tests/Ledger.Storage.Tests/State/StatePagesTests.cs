using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Storage.Schema;
using Ledger.Storage.State;
using Ledger.Storage.Tests.Support;
using Ledger.Storage.Verify;

namespace Ledger.Storage.Tests.State;

/// <summary>Pages of the state tree are written once in a while, and nobody can tell.</summary>
public sealed class StatePagesTests : IDisposable
{
    private static readonly StateTree Tree = new(TestChain.Genesis.Suite.Hash);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(6_000)]
    [InlineData(1 << 20)]
    public void Whatever_gathers_in_memory_the_tree_is_whole_after_every_block_and_every_opening(long bound)
    {
        var chain = new TestChain();
        var keys = 0;
        for (var opening = 0; opening < 3; opening++)
        {
            using var store = Open(bound);
            for (var i = 0; i < 9; i++)
            {
                store.Commit(chain.Next());
                keys = Tree.Enumerate(store.Watermark!.StateRoot, store.Live.State).Count();
                if (i == 5) AssertWholeInAView(store, keys);
            }
        }

        Assert.Equal(8, keys);
        Assert.Empty(DatabaseVerifier.Verify(new VerifyOptions { Path = _directory.Path }, TestChain.Genesis).Findings);
    }

    [Fact]
    public void A_block_writes_its_changes_once_and_pages_wait_until_they_fill_their_bound()
    {
        using (var store = Open(1 << 20))
        {
            foreach (var block in new TestChain().Take(7)) store.Commit(block);
        }

        Assert.Equal(7, Count(LedgerSchema.StateChanges));
        Assert.Equal(0, Count(LedgerSchema.StateNodes));
    }

    [Fact]
    public void Pages_that_fill_their_bound_are_written_with_the_next_block_and_no_more_synced_writes()
    {
        using (var store = Open(1))
        {
            var before = store.SyncedWrites;
            foreach (var block in new TestChain().Take(7)) store.Commit(block);
            Assert.Equal(before + 7, store.SyncedWrites);
        }

        // The last block's own, which the next block would have written.
        Assert.Equal(1, Count(LedgerSchema.StateChanges));
        Assert.True(Count(LedgerSchema.StateNodes) > 0);
    }

    [Fact]
    public void Opening_brings_the_pages_forward_and_empties_the_journal()
    {
        TestChain.FilledStore(_directory.Path, 12).Dispose();
        Assert.True(Count(LedgerSchema.StateChanges) > 0);

        Open(1 << 20).Dispose();

        Assert.Equal(0, Count(LedgerSchema.StateChanges));
        Assert.Empty(DatabaseVerifier.Verify(new VerifyOptions { Path = _directory.Path }, TestChain.Genesis).Findings);
        using var store = Open(1 << 20);
        Assert.Equal(CommitOutcome.Committed, store.Commit(new TestChain().Take(13)[12]));
    }

    [Theory]
    [InlineData(LedgerSchema.StateChanges)]
    [InlineData(LedgerSchema.StateNodes)]
    public void A_store_whose_journal_or_pages_are_damaged_refuses_to_open(string family)
    {
        using (var store = Open(1 << 20))
        {
            var chain = new TestChain();
            foreach (var block in chain.Take(4)) store.Commit(block);
            store.OpenStateView().Dispose();
            foreach (var block in chain.Take(4)) store.Commit(block);
        }

        RawDatabase.FlipFirstValueByte(_directory.Path, LedgerSchema.Families, family);

        Assert.Equal(StorageFault.Corruption, Assert.Throws<StorageException>(() => Open(1 << 20)).Fault);
        var report = DatabaseVerifier.Verify(new VerifyOptions { Path = _directory.Path }, TestChain.Genesis);
        Assert.Equal(family, Assert.Single(report.Findings).Family);
    }

    [Fact]
    public void A_journal_that_leads_elsewhere_is_named_by_opening_and_by_verification()
    {
        TestChain.FilledStore(_directory.Path, 3).Dispose();
        using (var database = RawDatabase.Open(_directory.Path, LedgerSchema.Families))
        {
            // Whole, and of another block: with its checksum right.
            using var batch = database.CreateBatch();
            var context = new StoreContext(database, TestChain.Genesis);
            StateJournal.Add(
                batch, context, new BlockHeight(2), [new StateChange(TestChain.Genesis.Channel.Value, null)]);
            database.Write(batch, sync: true);
        }

        var finding = Assert.Single(
            DatabaseVerifier.Verify(new VerifyOptions { Path = _directory.Path }, TestChain.Genesis).Findings);
        Assert.Equal((LedgerSchema.StateChanges, 2UL), (finding.Family, finding.Height));
        Assert.Throws<StorageException>(() => Open(1));
    }

    [Fact]
    public void A_view_that_was_not_opened_for_pages_says_so()
    {
        using var store = TestChain.FilledStore(_directory.Path, 4);
        using var view = store.OpenView();

        Assert.NotNull(view.State.Get(StateNamespaces.Timelines, Encoding.UTF8.GetBytes("subject-0")));
        Assert.Throws<InvalidOperationException>(
            () => Tree.Prove(view.Watermark!.StateRoot, view.State, TestChain.Genesis.Channel.Value));
    }

    [Fact]
    public void Removals_survive_in_the_journal()
    {
        using var database = RawDatabase.Open(_directory.Path, LedgerSchema.Families);
        var context = new StoreContext(database, TestChain.Genesis);
        var scope = new ReadScope(context, snapshot: null);
        var hash = TestChain.Genesis.Suite.Hash;
        var (one, two) = (hash.Hash("1"u8), hash.Hash("2"u8));
        using var batch = database.CreateBatch();
        StateJournal.Add(batch, context, new BlockHeight(0), [new StateChange(one, two), new StateChange(two, one)]);
        StateJournal.Add(batch, context, new BlockHeight(1), [new StateChange(one, null)]);
        StateJournal.Add(batch, context, new BlockHeight(2), []);
        database.Write(batch, sync: false);

        var all = StateJournal.ReadFrom(scope, default, new BlockHeight(2), out _)!;
        var gap = StateJournal.ReadFrom(scope, default, new BlockHeight(3), out var fault);

        StateChange[] expected = [new(one, null), new(two, one)];
        Assert.Equal(expected.OrderBy(c => c.Path), all);
        Assert.Null(gap);
        Assert.Equal(new BlockHeight(3), fault);
    }

    private static void AssertWholeInAView(LedgerStore store, int keys)
    {
        using var view = store.OpenStateView();
        Assert.Equal(keys, Tree.Enumerate(view.Watermark!.StateRoot, view.State).Count());
    }

    private LedgerStore Open(long bound) => LedgerStore.Open(
        new StorageOptions { Path = _directory.Path, PendingPageBytes = bound }, TestChain.Genesis);

    private int Count(string family)
    {
        using var database = RawDatabase.Open(_directory.Path, LedgerSchema.Families);
        return TestDatabase.Entries(database, family).Count;
    }
}
