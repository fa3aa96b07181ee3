using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Storage.Tests.Support;

namespace Ledger.Storage.Tests;

public sealed class LedgerStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_block_costs_one_synced_write_and_moves_the_watermark()
    {
        using var store = LedgerStore.Open(new StorageOptions { Path = _directory.Path }, TestChain.Genesis);
        Assert.Null(store.Watermark);
        var before = store.SyncedWrites;
        var blocks = new TestChain().Take(5);

        foreach (var block in blocks) Assert.Equal(CommitOutcome.Committed, store.Commit(block));

        var top = blocks[^1].Block;
        Assert.Equal(before + 5, store.SyncedWrites);
        Assert.Equal(
            new Watermark(
                new BlockHeight(4), top.Hash, top.Header.LogSize, top.Header.LogRoot, top.Header.StateRoot, 4),
            store.Watermark);
    }

    [Fact]
    public void P6_A_block_that_is_there_already_is_left_alone_without_a_write()
    {
        using var store = TestChain.FilledStore(_directory.Path, 4);
        var before = store.SyncedWrites;
        var mark = store.Watermark;

        var outcomes = new TestChain().Take(4).ConvertAll(block => store.Commit(block));

        Assert.All(outcomes, outcome => Assert.Equal(CommitOutcome.AlreadyCommitted, outcome));

        Assert.Equal(before, store.SyncedWrites);
        Assert.Equal(mark, store.Watermark);
    }

    [Fact]
    public void Another_block_at_a_height_that_is_taken_is_a_conflict()
    {
        using var store = TestChain.FilledStore(_directory.Path, 4);
        var other = new TestChain { RecordsPerTransaction = 1 }.Take(3)[2];

        var conflict = Assert.Throws<StorageException>(() => store.Commit(other));

        Assert.Equal(StorageFault.Conflict, conflict.Fault);
        Assert.Contains("Height 2", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_beyond_the_next_height_is_refused()
    {
        using var store = TestChain.FilledStore(_directory.Path, 3);
        var blocks = new TestChain().Take(5);

        Assert.Throws<InvalidOperationException>(() => store.Commit(blocks[4]));
        Assert.Equal(CommitOutcome.Committed, store.Commit(blocks[3]));
    }

    [Fact]
    public void A_block_of_another_branch_is_a_conflict_and_leaves_nothing_behind()
    {
        using var store = TestChain.FilledStore(_directory.Path, 3);
        var other = new TestChain { RecordsPerTransaction = 1 }.Take(4)[3];

        var conflict = Assert.Throws<StorageException>(() => store.Commit(other));

        Assert.Equal(StorageFault.Conflict, conflict.Fault);
        Assert.Null(store.Live.Blocks.Header(new BlockHeight(3)));
        Assert.False(store.Live.Blocks.Contains(other.Block.Transactions[0].Id));
    }

    [Fact]
    public void A_commit_whose_parts_do_not_fit_together_is_a_conflict()
    {
        using var store = TestChain.FilledStore(_directory.Path, 2);
        var next = new TestChain().Take(3)[2];

        Assert.Throws<StorageException>(() => store.Commit(next with { Leaves = [.. next.Leaves.Skip(1)] }));
        Assert.Throws<StorageException>(
            () => store.Commit(next with { NextValidators = TestChain.Genesis.Validators }));
        Assert.Throws<StorageException>(() => store.Commit(next with { Block = next.Block with { Results = [] } }));
    }

    [Fact]
    public void What_was_committed_is_read_back_block_by_block_after_reopening()
    {
        List<BlockCommit> blocks = [];
        TestChain.FilledStore(_directory.Path, 9, blocks.Add).Dispose();

        using var store = LedgerStore.Open(new StorageOptions { Path = _directory.Path }, TestChain.Genesis);

        Assert.Equal(new BlockHeight(8), store.Watermark!.Height);
        Assert.Equal(new BlockHeight(8), store.Certified);
        foreach (var expected in blocks.Select(b => b.Block))
        {
            var block = store.Live.Blocks.Block(expected.Header.Height)!;
            Assert.Equal(expected.Header, block.Header);
            Assert.Equal(expected.Hash, block.Hash);
            Assert.Equal(expected.Results, block.Results);
            Assert.Equal(
                expected.Transactions.Select(t => Convert.ToHexString(t.Encoded.Span)),
                block.Transactions.Select(t => Convert.ToHexString(t.Encoded.Span)));
        }

        Assert.Null(store.Live.Blocks.Block(new BlockHeight(9)));
    }

    [Fact]
    public void A_transaction_is_found_by_its_id_with_its_result_refused_ones_too()
    {
        var blocks = new List<BlockCommit>();
        using var store = TestChain.FilledStore(_directory.Path, 5, blocks.Add);

        foreach (var block in blocks.Select(b => b.Block))
        {
            for (var i = 0; i < block.Transactions.Count; i++)
            {
                var found = store.Live.Blocks.Transaction(block.Transactions[i].Id)!;
                Assert.Equal(block.Header.Height, found.Place.Height);
                Assert.Equal((uint)i, found.Place.Position);
                Assert.Equal(block.Results[i], found.Result);
            }
        }

        Assert.Null(store.Live.Blocks.Transaction(TestChain.Genesis.Channel.Value));
        Assert.Contains(blocks.SelectMany(b => b.Block.Results), r => !r.Succeeded);
    }

    [Fact]
    public void A_certificate_is_kept_only_over_the_block_that_is_there()
    {
        var blocks = new TestChain().Take(4);
        using var store = TestChain.FilledStore(_directory.Path, 3);
        store.Commit(blocks[3]);

        Assert.Null(store.Live.Blocks.Certificate(new BlockHeight(3)));
        Assert.Null(store.Live.Blocks.CertifiedHeader(new BlockHeight(3)));
        var wrong = Assert.Throws<StorageException>(
            () => store.SaveCertificate(new BlockHeight(3), TestChain.Certify(blocks[2])));
        Assert.Throws<StorageException>(() => store.SaveCertificate(new BlockHeight(9), TestChain.Certify(blocks[3])));
        store.SaveCertificate(new BlockHeight(3), TestChain.Certify(blocks[3]), sync: true);
        store.SaveCertificate(new BlockHeight(1), TestChain.Certify(blocks[1]));

        Assert.Equal(StorageFault.Conflict, wrong.Fault);
        Assert.Equal(new BlockHeight(3), store.Certified);
        var certified = store.Live.Blocks.CertifiedHeader(new BlockHeight(3))!;
        Assert.Equal(blocks[3].Block.Hash, certified.Certificate.HeaderHash);
    }

    [Fact]
    public void Another_channels_database_is_refused()
    {
        TestChain.FilledStore(_directory.Path, 2).Dispose();

        var refusal = Assert.Throws<StorageException>(
            () => LedgerStore.Open(new StorageOptions { Path = _directory.Path }, TestChain.OtherGenesis));

        Assert.Equal(StorageFault.Incompatible, refusal.Fault);
    }

    [Fact]
    public void The_state_and_its_proofs_hold_in_a_view_while_the_chain_goes_on()
    {
        var chain = new TestChain();
        using var store = LedgerStore.Open(new StorageOptions { Path = _directory.Path }, TestChain.Genesis);
        foreach (var block in chain.Take(3)) store.Commit(block);
        var hash = TestChain.Genesis.Suite.Hash;
        var subject = Encoding.UTF8.GetBytes("subject-0");
        var path = StateHash.PathOf(hash, StateNamespaces.Timelines, subject);

        using var view = store.OpenStateView();
        var old = view.State.Get(StateNamespaces.Timelines, subject)!;
        foreach (var block in chain.Take(5)) store.Commit(block);

        Assert.Equal(new BlockHeight(2), view.Watermark!.Height);
        Assert.Equal(new BlockHeight(7), store.Live.Watermark!.Height);
        Assert.Equal(old, view.State.Get(StateNamespaces.Timelines, subject));
        Assert.NotEqual(old, store.Live.State.Get(StateNamespaces.Timelines, subject));
        foreach (var (at, state) in new[] { (view.Watermark, view.State), (store.Watermark!, store.Live.State) })
        {
            var proof = new StateTree(hash).Prove(at.StateRoot, state, path);
            var value = state.Get(StateNamespaces.Timelines, subject)!;
            Assert.Equal(StateProofVerdict.Valid, proof.VerifyPresence(
                hash, at.StateRoot, path, StateHash.ValueHashOf(hash, value)));
        }
    }

    [Fact]
    public void The_state_is_listed_by_prefix_in_pages()
    {
        using var store = TestChain.FilledStore(_directory.Path, 6);

        var first = store.Live.State.List(StateNamespaces.Timelines, "subject-"u8, [], 3);
        var rest = store.Live.State.List(StateNamespaces.Timelines, "subject-"u8, first[^1].Key.Span, 3);

        Assert.Equal(
            ["subject-0", "subject-1", "subject-2", "subject-3", "subject-4"],
            first.Concat(rest).Select(e => Encoding.UTF8.GetString(e.Key.Span)));
        Assert.Empty(store.Live.State.List(StateNamespaces.Timelines, "nobody"u8, [], 3));
        Assert.Equal(2, store.Live.State.List(StateNamespaces.Members, [], [], 1000).Count);
    }

    [Fact]
    public void A_backup_taken_while_blocks_arrive_is_a_database_of_one_moment()
    {
        var chain = new TestChain();
        using var store = LedgerStore.Open(new StorageOptions { Path = _directory.File("live") }, TestChain.Genesis);
        foreach (var block in chain.Take(4)) store.Commit(block);
        store.Backup(_directory.File("backup"));
        foreach (var block in chain.Take(4)) store.Commit(block);

        using var copy = LedgerStore.Open(new StorageOptions { Path = _directory.File("backup") }, TestChain.Genesis);
        Assert.Equal(new BlockHeight(3), copy.Watermark!.Height);
        Assert.Equal(CommitOutcome.Committed, copy.Commit(new TestChain().Take(5)[4]));
    }

    [Fact]
    public void The_log_trees_proofs_come_from_disk()
    {
        var blocks = new List<BlockCommit>();
        using var store = TestChain.FilledStore(_directory.Path, 8, blocks.Add);
        var hash = TestChain.Genesis.Suite.Hash;
        var size = store.Watermark!.LogSize;

        for (var index = 0UL; index < size; index++)
        {
            var leaf = store.Live.Evidence.Leaf(new LogIndex(index))!;
            var path = LogProofs.Inclusion(hash, index, size, store.Live.Log);
            Assert.Equal(
                LogProofVerdict.Valid,
                LogProofs.VerifyInclusion(hash, leaf.Hash, index, size, path, store.Watermark.LogRoot));
        }

        Assert.Equal(store.Watermark.LogRoot, LogFrontier.Restore(hash, size, store.Live.Log).Root());
        Assert.Throws<InvalidDataException>(() => store.Live.Log.Node(0, size));
        Assert.Throws<InvalidDataException>(() => store.Live.Log.Node(40, 0));
    }

    [Fact]
    public void Statistics_tell_sizes()
    {
        using var store = TestChain.FilledStore(_directory.Path, 3);

        Assert.True(store.Statistics().WriteBufferBytes > 0);
    }
}
