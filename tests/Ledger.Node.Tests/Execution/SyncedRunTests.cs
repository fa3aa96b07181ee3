using Ledger.Consensus.Messages;
using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Storage;
using Ledger.Testing.Builders;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ledger.Node.Tests.Execution;

/// <summary>
/// Blocks of a run are executed one ahead of the disk. The writer here is the latest that there can be: what is executed
/// finds nothing on disk of the block below, unless it waits for it.
/// </summary>
public sealed class SyncedRunTests : IDisposable, IExecutionListener
{
    private static readonly Genesis Genesis = A.Genesis(contracts: CounterRuntime.Parameters);

    private readonly List<string> _log = [];

    // The chain that others made, each block on disk before the next.
    private readonly TestLedger _others = new(Genesis, contracts: new CounterRuntime());
    private readonly TestLedger _ledger;
    private Action<BlockHeight> _executing = _ => { };

    public SyncedRunTests() => _ledger = new TestLedger(Genesis, contracts: new Watched(this));

    public void Dispose()
    {
        _ledger.Dispose();
        _others.Dispose();
    }

    [Fact]
    public void A_block_is_executed_while_the_one_below_is_written_and_written_after_it()
    {
        var before = _ledger.Store.SyncedWrites;

        NewCore().Process(Run(Add("a"), Add("b"), Add("c")), this);

        Assert.Equal(
            [
                "execute 1", "begin 1",
                "execute 2", "written 1", "told 1", "begin 2",
                "execute 3", "written 2", "told 2", "begin 3 synced",
                "written 3", "told 3", "synced 3",
            ],
            _log);
        Assert.Equal(before + 1, _ledger.Store.SyncedWrites);
        Assert.Equal(_ledger.Store.Watermark, _ledger.Store.Durable);
    }

    [Fact]
    public void Nobody_sees_a_block_that_is_still_being_written()
    {
        var block = Add("a");
        _ledger.Pool.AddForProposal(block.Transactions[0], "org-a", 0, _ => false);
        var seen = new List<(ulong Executed, ulong Certified, ulong OnDisk, int Held)>();
        _executing = _ => seen.Add((
            _ledger.Chain.Executed.Value, _ledger.Chain.Certified.Header.Height.Value, _ledger.Store.Watermark!.Height.Value,
            _ledger.Pool.Count));

        NewCore().Process(Run(block, Add("b"), Add("c")), this);

        Assert.Equal([(0, 0, 0, 1), (0, 0, 0, 1), (1, 1, 1, 0)], seen);
        Assert.Equal(3UL, _ledger.Chain.Certified.Header.Height.Value);
    }

    // A header that came out different would end it.
    [Fact]
    public void The_chain_is_the_same_as_where_each_block_was_on_disk_before_the_next()
    {
        CertifiedBlock[] blocks =
        [
            Block(Make.Transaction(Genesis, "a"), Make.Transaction(Genesis, "b"), Deploy("shop")),
            Block(Make.Transaction(Genesis, "b", padding: 1), Call("shop", "add", "2")),
            Block(Call("shop", "add", "40"), Call("shop", "find", "\"b\"")),
            Block(Call("shop", "at", $"{A.Start.UnixMilliseconds + 4500}")),
            Block(Make.Transaction(Genesis, "a", "org-b"), Call("shop", "anchor", "\"a\"")),
            Block(Make.Transaction(Genesis, "c"), Call("shop", "find", "\"a\"")),
        ];

        NewCore().Process(Run(blocks), this);

        Assert.Equal(_others.Store.Watermark! with { VoteSequence = 7 }, _ledger.Store.Watermark);
        var path = StatePath("shop");
        using var mine = _ledger.Store.OpenStateView();
        using var theirs = _others.Store.OpenStateView();
        Assert.Equal(theirs.State.Get("contract/shop", "count"u8), mine.State.Get("contract/shop", "count"u8));
        Assert.Equal("142"u8.ToArray(), mine.State.Get("contract/shop", "count"u8));
        var tree = new StateTree(Genesis.Suite.Hash);
        Assert.Equal(
            tree.Prove(_others.Executor.Head.StateRoot, theirs.State, path).ToArray(),
            tree.Prove(_ledger.Executor.Head.StateRoot, mine.State, path).ToArray());
    }

    [Fact]
    public void A_transaction_of_the_block_that_is_being_written_is_not_executed_again()
    {
        var twice = Make.Transaction(Genesis, "a");
        var first = Block(twice);
        var second = Block(twice, Make.Transaction(Genesis, "b"));
        Assert.Single(second.Transactions);
        second = second with { Transactions = [_ledger.Check(twice), .. second.Transactions] };

        NewCore().Process(Run(first, second), this);

        Assert.Equal(2UL, _ledger.Store.Watermark!.LogSize);
    }

    [Fact]
    public void A_contract_waits_for_the_block_below_only_where_that_has_a_part_in_the_answer()
    {
        var deployed = Block(Deploy("shop"));
        NewCore().Process(Run(deployed, Add("a"), Block(Call("shop", "add", "2")), Block(Call("shop", "add", "3"))), this);

        Assert.Equal(["execute 3", "call 3", "called 3", "written 2", "told 2", "begin 3"], _log[8..14]);
        Assert.Equal(["execute 4", "call 4", "written 3", "called 4", "told 3", "begin 4 synced"], _log[14..20]);
    }

    [Fact]
    public void When_the_disk_refuses_a_block_nothing_is_told_of_it_and_nothing_follows()
    {
        var core = NewCore(fails: 2);

        var failure = Assert.Throws<StorageException>(() => core.Process(Run(Add("a"), Add("b"), Add("c")), this));

        Assert.Equal("the disk refused", failure.Message);
        Assert.Equal(["told 1", "begin 2", "execute 3"], _log[^3..]);
        Assert.Equal(1UL, _ledger.Store.Watermark!.Height.Value);
        Assert.Equal(1UL, _ledger.Chain.Executed.Value);
    }

    [Fact]
    public void When_the_disk_refuses_the_last_block_the_run_is_not_reported()
    {
        var core = NewCore(fails: 2);

        Assert.Throws<StorageException>(() => core.Process(Run(Add("a"), Add("b")), this));

        Assert.Equal("begin 2 synced", _log[^1]);
    }

    [Fact]
    public void What_a_quorum_computed_otherwise_is_not_written_and_the_block_below_has_its_end()
    {
        var first = Add("a");
        var second = Add("b");
        var header = second.Header with { StateRoot = Hash256.Zero };
        second = second with { Header = header, HeaderBytes = header.Encode() };
        var core = NewCore();

        Assert.Throws<DivergenceException>(() => core.Process(Run(first, second), this));

        Assert.Equal(["execute 2", "written 1", "told 1"], _log[^3..]);
        Assert.Equal(1UL, _ledger.Store.Watermark!.Height.Value);
    }

    [Fact]
    public void The_end_of_a_run_is_written_while_the_next_run_begins_and_reported_first()
    {
        var core = NewCore();
        var before = _ledger.Store.SyncedWrites;
        var done = new TaskCompletionSource();
        var run = Run(Add("a"), Add("b")) with { Done = done };

        core.Process(run, this, moreWaits: () => true);
        Assert.Equal("begin 2 synced", _log[^1]);
        Assert.False(done.Task.IsCompleted);
        core.Process(Run(Add("c")), this);

        Assert.True(done.Task.IsCompletedSuccessfully);
        Assert.Equal(
            [
                "execute 3", "written 2", "told 2", "synced 2", "begin 3 synced",
                "written 3", "told 3", "synced 3",
            ],
            _log[^8..]);
        Assert.Equal(before + 2, _ledger.Store.SyncedWrites);
    }

    [Fact]
    public void Whether_another_run_follows_is_asked_when_the_last_block_of_this_one_is_being_written()
    {
        // The next run is handed out when the one before this is reported, which its first block does.
        NewCore().Process(Run(Add("a"), Add("b")), this, moreWaits: () =>
        {
            _log.Add("asked");
            return false;
        });

        Assert.Equal(["begin 2 synced", "asked", "written 2", "told 2", "synced 2"], _log[^5..]);
    }

    [Fact]
    public void P6_a_run_that_comes_again_while_its_end_is_written_is_reported_again()
    {
        var core = NewCore();
        var run = Run(Add("a"), Add("b"));

        core.Process(run, this, moreWaits: () => true);
        core.Process(run, this, moreWaits: () => true);

        Assert.Equal(["begin 2 synced", "written 2", "told 2", "synced 2", "synced 2"], _log[^5..]);
    }

    [Fact]
    public void A_decided_block_is_executed_once_the_run_before_it_is_durable()
    {
        var core = NewCore();
        var run = Run(Add("a"));
        var next = Make.Transaction(Genesis, "b");
        _ledger.Pool.AddForProposal(_ledger.Check(next), "org-a", 0, _ => false);

        core.Process(run, this, moreWaits: () => true);
        core.Process(
            new ExecuteProposal(Proposal.Create(
                new Epoch(0), new BlockHeight(2), new Timestamp(A.Start.UnixMilliseconds + 2000), new ValidatorIndex(0),
                [next.Id], Genesis.Suite.Hash)),
            this);

        Assert.Equal(["begin 1 synced", "written 1", "told 1", "synced 1", "execute 2", "told 2", "executed 2"], _log[^7..]);
    }

    void IExecutionListener.OnExecuted(BlockHeight height, ReadOnlyMemory<byte> headerBytes) =>
        _log.Add($"executed {height}");

    void IExecutionListener.OnSynced(
        BlockHeight height, ReadOnlyMemory<byte> headerBytes, QuorumCertificate certificate) => _log.Add($"synced {height}");

    void IExecutionListener.OnBodiesMissing(Proposal proposal) => _log.Add($"missing {proposal.Height}");

    private ExecutionCore NewCore(ulong fails = 0) => new(
        _ledger.Executor, _ledger.Store, new LateBlockWriter(_ledger.Store, _log) { Fails = fails }, _ledger.Pool,
        _ledger.Chain, _ledger.Certified, _ledger.Metrics, () => 7, NullLogger.Instance)
    {
        Committed = height => _log.Add($"told {height}"),
    };

    private static ApplyCertified Run(params IReadOnlyList<CertifiedBlock> blocks) => new(blocks, Done: null);

    private CertifiedBlock Add(string subject) => Block(Make.Transaction(Genesis, subject));

    private CertifiedBlock Block(params IReadOnlyList<SignedTransaction> transactions)
    {
        var block = _others.Add(transactions);
        return new CertifiedBlock(
            block.Commit.Block.Header, block.HeaderBytes, block.Commit.Block.Hash,
            A.Certificate(block.HeaderBytes.Span, Genesis.Validators),
            [.. block.Commit.Block.Transactions.Select(_ledger.Check)]);
    }

    private static SignedTransaction Deploy(string contract) =>
        A.Transaction(Genesis, "org-a", A.Deploy(contract, CounterRuntime.Engine, "counter"));

    private static SignedTransaction Call(string contract, string function, string arguments) =>
        A.Transaction(Genesis, "org-a", A.Call(contract, function, arguments));

    private static Hash256 StatePath(string contract) =>
        StateHash.PathOf(Genesis.Suite.Hash, "contract/" + contract, "count"u8);

    // Says what is executed when.
    private sealed class Watched(SyncedRunTests test) : IContractRuntime
    {
        private readonly CounterRuntime _runtime = new();

        public ContractEffects Execute(ContractRequest request, IContractLedger ledger)
        {
            test._log.Add($"call {request.Height}");
            var effects = _runtime.Execute(request, ledger);
            test._log.Add($"called {request.Height}");
            return effects;
        }

        public ScheduledEffects? ExecuteDue(BlockHeight height, Timestamp time, IContractLedger ledger)
        {
            test._log.Add($"execute {height}");
            test._executing(height);
            return _runtime.ExecuteDue(height, time, ledger);
        }

        public Timestamp? NextDue(IContractLedger ledger) => _runtime.NextDue(ledger);

        public ContractOutcome Query(ContractQuery query, IContractLedger ledger) => _runtime.Query(query, ledger);

        public void Dispose() => _runtime.Dispose();
    }
}
