using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Execution;

/// <summary>What execution reads while the newest block is being written and nothing of it is on disk.</summary>
public sealed class StoredStateTests : IDisposable
{
    private readonly List<string> _log = [];
    private readonly TestLedger _ledger = new();
    private readonly StoredState _state;
    private readonly ExecutedBlock _block;

    public StoredStateTests()
    {
        _ledger.Execute(Make.Transaction(_ledger.Genesis, "before"));
        _state = new StoredState(_ledger.Store, _ledger.Members);
        _block = _ledger.Executor.Execute(new ProposedBlock(
            new BlockHeight(2), new Timestamp(A.Start.UnixMilliseconds + 5000), new Epoch(0), new ValidatorIndex(0),
            [.. Subjects.Select(s => _ledger.Check(Make.Transaction(_ledger.Genesis, s)))]));
        _state.OnExecuted(_block, new LateBlockWriter(_ledger.Store, _log));
    }

    private static IEnumerable<string> Subjects => ["m", "Z", "a", "zz", "é"];

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_timeline_that_is_not_at_hand_is_the_blocks_where_it_appended_and_the_databases_elsewhere()
    {
        // At other places of the tree than their own, so that nothing is at hand.
        var found = Subjects.Select((s, i) => Elsewhere(s, i)).ToList();
        var older = Elsewhere("before", 100);
        var none = Elsewhere("mm", 101);

        _state.Load([.. found, older, none]);

        foreach (var timeline in found)
            Assert.Equal(_block.Timelines.Single(t => t.Subject == timeline.Subject).Head, timeline.Head);
        Assert.Equal(0UL, older.Head!.Value.Index.Value);
        Assert.Null(none.Head);
    }

    [Fact]
    public void Pages_are_those_after_the_block_and_the_databases_once_it_is_written()
    {
        Span<byte> page = stackalloc byte[StateTree.MaxPageSize];
        var root = _block.Commit.StatePages[0];
        var length = _state.StatePages.ReadPage(root.Key, page);
        Assert.Equal(root.Page, page[..length].ToArray());

        _state.OnWritten();

        length = Math.Max(0, _state.StatePages.ReadPage(root.Key, page));
        Assert.NotEqual(root.Page, page[..length].ToArray());
    }

    [Fact]
    public void Transactions_of_the_block_are_recorded()
    {
        Assert.All(_block.Commit.Block.Transactions, t => Assert.True(_state.IsRecorded(t.Id)));
        Assert.True(_state.IsRecorded(_ledger.Store.Live.Blocks.Block(new BlockHeight(1))!.Transactions[0].Id));
        Assert.False(_state.IsRecorded(Hash256.Zero));
    }

    [Fact]
    public void A_second_block_is_not_executed_above_the_disk() => Assert.Throws<InvalidOperationException>(
        () => _state.OnExecuted(_block, new LateBlockWriter(_ledger.Store, _log)));

    [Fact]
    public void Contracts_wait_for_leaves_and_for_namespaces_that_the_block_writes_to()
    {
        var writer = new LateBlockWriter(_ledger.Store, _log);
        var state = new StoredState(_ledger.Store, _ledger.Members);
        writer.Begin(_block.Commit, sync: true);
        state.OnExecuted(_block, writer);

        Assert.NotNull(state.Ledger.Member("org-a"));
        Assert.Null(state.Ledger.Read("contract/shop", "count"u8.ToArray()));
        Assert.Empty(state.Ledger.Scan(StateNamespaces.Schedule, default, null, 10));
        Assert.Equal(["begin 2 synced"], _log);

        Assert.NotNull(state.Ledger.Read(StateNamespaces.Timelines, "zz"u8.ToArray()));
        Assert.Equal(["begin 2 synced", "written 2"], _log);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("digest")]
    [InlineData("timeline")]
    [InlineData("scan")]
    public void Contracts_find_what_the_block_that_is_being_written_brings(string question)
    {
        var writer = new LateBlockWriter(_ledger.Store, _log);
        var state = new StoredState(_ledger.Store, _ledger.Members);
        writer.Begin(_block.Commit, sync: true);
        state.OnExecuted(_block, writer);
        var leaf = _block.Commit.Leaves.Single(l => l.Record.Subject == "zz");

        var found = question switch
        {
            "id" => state.Ledger.Evidence(leaf.Leaf.Id) is null ? 0 : 1,
            "digest" => state.Ledger.EvidenceByDigest(leaf.Record.Digests[0].Value, 1, 10)
                .Count(l => l.Record.Subject == "zz"),
            "timeline" => state.Ledger.Timeline("zz", 0, 10).Count,
            _ => state.Ledger.Scan(StateNamespaces.Timelines, "zz"u8.ToArray(), null, 10).Count,
        };

        Assert.Equal(1, found);
    }

    private static Timeline Elsewhere(string subject, int place) =>
        new(subject, Sha256.Instance.Hash(BitConverter.GetBytes(place)));
}
