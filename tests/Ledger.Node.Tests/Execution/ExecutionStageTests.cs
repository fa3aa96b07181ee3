using System.Collections.Concurrent;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Transactions;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ledger.Node.Tests.Execution;

public sealed class ExecutionStageTests : IAsyncLifetime, IDisposable
{
    // The chain that others made.
    private readonly TestLedger _others = new();
    private readonly TestLedger _ledger = new();
    private readonly Listener _listener = new();
    private ExecutionStage _stage = null!;

    public Task InitializeAsync()
    {
        _stage = new ExecutionStage(new ExecutionCore(
            _ledger.Executor, _ledger.Store, new BlockWriterThread(_ledger.Store), _ledger.Pool, _ledger.Chain,
            _ledger.Certified, _ledger.Metrics, () => 7, NullLogger<ExecutionCore>.Instance));
        _stage.Start(_listener);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    public void Dispose()
    {
        _ledger.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task Decided_blocks_are_executed_in_height_order_and_remember_the_votes_behind_them()
    {
        var one = Hold("a");
        var two = Hold("b");

        _stage.Request(new ExecuteProposal(Proposal(2, two)));
        _stage.Request(new ExecuteProposal(Proposal(1, one)));
        await _stage.DisposeAsync();

        Assert.Equal(["executed 1", "executed 2"], _listener.Notices);
        Assert.Equal(7UL, _ledger.Store.Watermark!.VoteSequence);
        Assert.Equal(0, _ledger.Pool.Count);
    }

    [Fact]
    public async Task A_decided_block_waits_for_its_transactions()
    {
        var missing = Make.Transaction(_ledger.Genesis, "a");
        _stage.Request(new ExecuteProposal(Proposal(1, missing)));
        await Drained();
        Assert.Equal(["missing 1"], _listener.Notices);

        Hold("a");
        _stage.Request(RetryExecution.Instance);
        await _stage.DisposeAsync();

        Assert.Equal(["missing 1", "executed 1"], _listener.Notices);
    }

    [Fact]
    public async Task P6_a_block_that_comes_by_sync_and_by_consensus_is_executed_once()
    {
        var transaction = Hold("a");
        var block = _others.Add(transaction);
        var synced = Apply(Synced(block));

        _stage.Request(synced);
        _stage.Request(synced);
        _stage.Request(new ExecuteProposal(Proposal(1, transaction)));
        await _stage.DisposeAsync();

        Assert.Equal(["synced 1", "synced 1", "executed 1"], _listener.Notices);
        Assert.Equal(1UL, _ledger.Store.Watermark!.Height.Value);
    }

    [Fact]
    public async Task The_replica_hears_of_decided_heights_without_gaps_when_sync_brings_some_without_certificates()
    {
        var one = Hold("a");
        var two = Hold("b");
        var first = _others.Execute(one);
        var second = _others.Add(two);

        // Sync brings height 1 under a later certificate; consensus decided both.
        _stage.Request(Apply(Synced(first, certified: false), Synced(second)));
        _stage.Request(new ExecuteProposal(Proposal(1, one)));
        _stage.Request(new ExecuteProposal(Proposal(2, two)));
        await _stage.DisposeAsync();

        Assert.Equal(["synced 2", "executed 1", "executed 2"], _listener.Notices);
    }

    [Fact]
    public async Task A_run_of_synced_blocks_costs_one_disk_sync_and_is_reported_once()
    {
        var blocks = Enumerable.Range(0, 5)
            .Select(i => Synced(_others.Add(Make.Transaction(_others.Genesis, $"r-{i}")))).ToList();
        var before = _ledger.Store.SyncedWrites;

        _stage.Request(Apply(blocks));
        await _stage.DisposeAsync();

        Assert.Equal(before + 1, _ledger.Store.SyncedWrites);
        Assert.Equal(["synced 5"], _listener.Notices);
        Assert.Equal(_ledger.Store.Watermark, _ledger.Store.Durable);
    }

    [Fact]
    public async Task A_block_that_a_quorum_computed_otherwise_is_not_made_durable()
    {
        var block = _others.Add(Make.Transaction(_ledger.Genesis, "a"));
        var header = block.Commit.Block.Header with { StateRoot = Core.Crypto.Hash256.Zero };
        var synced = Synced(block) with { Header = header, HeaderBytes = header.Encode() };

        _stage.Request(Apply(synced));

        var divergence = await Assert.ThrowsAsync<DivergenceException>(
            () => _stage.Completion.WaitAsync(TestCluster.Limit));
        Assert.Contains("state_root", divergence.Message, StringComparison.Ordinal);
        Assert.Equal(0UL, _ledger.Store.Watermark!.Height.Value);
    }

    private async Task Drained()
    {
        var done = new TaskCompletionSource();
        _listener.OnMissing = () => done.TrySetResult();
        if (!_listener.Notices.IsEmpty) done.TrySetResult();
        await done.Task.WaitAsync(TestCluster.Limit);
    }

    private SignedTransaction Hold(string subject)
    {
        var transaction = Make.Transaction(_ledger.Genesis, subject);
        _ledger.Pool.AddForProposal(_ledger.Check(transaction), "org-a", 0, _ => false);
        return transaction;
    }

    // Height h proposes the time that TestLedger gives it.
    private Proposal Proposal(ulong height, params IEnumerable<SignedTransaction> transactions) =>
        Ledger.Consensus.Messages.Proposal.Create(
            new Epoch(0),
            new BlockHeight(height),
            new Timestamp(A.Start.UnixMilliseconds + (1000 * height)),
            new ValidatorIndex(0),
            [.. transactions.Select(t => t.Id)],
            _ledger.Genesis.Suite.Hash);

    private static ApplyCertified Apply(params IReadOnlyList<CertifiedBlock> blocks) => new(blocks, Done: null);

    private CertifiedBlock Synced(ExecutedBlock block, bool certified = true) => new(
        block.Commit.Block.Header,
        block.HeaderBytes,
        block.Commit.Block.Hash,
        certified ? A.Certificate(block.HeaderBytes.Span, _ledger.Genesis.Validators) : null,
        [.. block.Commit.Block.Transactions.Select(_ledger.Check)]);

    private sealed class Listener : IExecutionListener
    {
        public ConcurrentQueue<string> Notices { get; } = new();

        public Action? OnMissing { get; set; }

        public void OnExecuted(BlockHeight height, ReadOnlyMemory<byte> headerBytes) => Notices.Enqueue($"executed {height}");

        public void OnSynced(BlockHeight height, ReadOnlyMemory<byte> headerBytes, QuorumCertificate certificate) =>
            Notices.Enqueue($"synced {height}");

        public void OnBodiesMissing(Proposal proposal)
        {
            Notices.Enqueue($"missing {proposal.Height}");
            OnMissing?.Invoke();
        }
    }
}
