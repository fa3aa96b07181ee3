using System.Diagnostics;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.State;
using Ledger.Node.Admission;
using Ledger.Node.Mempool;
using Ledger.Node.Observability;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// The one owner of the chain: executes blocks in order and makes each durable, in one atomic synced batch, before it
/// reports it. Both ways that a block can come by, consensus and sync, end here. Of blocks that sync brings, one is written
/// while the next is executed (docs/adr/0038).
/// </summary>
/// <remarks>
/// Single-threaded, and the same for the node (<see cref="ExecutionStage"/> gives it a thread) and the simulator. An
/// exception that leaves <see cref="Process"/> ends it: it must not be used any more. Disposing it waits for the block that
/// is being written.
/// </remarks>
internal sealed partial class ExecutionCore : IDisposable
{
    private readonly BlockExecutor _executor;
    private readonly LedgerStore _store;
    private readonly IBlockWriter _writer;
    private readonly TransactionPool _pool;
    private readonly ChainView _chain;
    private readonly CertifiedBlocks _certified;
    private readonly NodeMetrics _metrics;
    private readonly Func<ulong> _voteSequence;
    private readonly ILogger _logger;

    // Of the state after the head; kept, because most blocks change nothing of it.
    private Timestamp? _nextDue;

    // The head while it is being written; null when everything is on disk. Nobody has heard of it.
    private Unwritten? _unwritten;

    // Decided and not yet executed. Bound: consensus decides at most a window above the stable checkpoint.
    private readonly SortedDictionary<ulong, Proposal> _decided = [];

    public ExecutionCore(
        BlockExecutor executor,
        LedgerStore store,
        IBlockWriter writer,
        TransactionPool pool,
        ChainView chain,
        CertifiedBlocks certified,
        NodeMetrics metrics,
        Func<ulong> voteSequence,
        ILogger logger)
    {
        _executor = executor;
        _store = store;
        _writer = writer;
        _pool = pool;
        _chain = chain;
        _certified = certified;
        _metrics = metrics;
        _voteSequence = voteSequence;
        _logger = logger;
    }

    /// <summary>Keeps what contracts wrote; null where nobody asks for it.</summary>
    public RecentWrites? Recent { get; init; }

    /// <summary>Told of each block that was written, before the next one is.</summary>
    public Action<BlockHeight>? Committed { get; init; }

    /// <summary>Does what is asked, and whatever became possible by it; reports to <paramref name="listener"/>.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="listener">Hears of what is durable.</param>
    /// <param name="moreWaits">
    /// Whether another request follows at once; null when none does. The last block of a run may then still be written when
    /// this returns, and the next request hears of it first. Asked when the run has been executed: the next one comes once
    /// the run before this one was reported, which is meanwhile.
    /// </param>
    /// <exception cref="DivergenceException">A certified block is not what this node computes.</exception>
    public void Process(ExecutionRequest request, IExecutionListener listener, Func<bool>? moreWaits = null)
    {
        if (request is ApplyCertified run) Apply(run, listener);
        if (request is not ApplyCertified || _decided.Count > 0 || moreWaits?.Invoke() != true) Settle(listener);
        if (request is ExecuteProposal execute) _decided[execute.Proposal.Height.Value] = execute.Proposal;
        else if (request is LookForDueCalls) _chain.PublishExecuted(_executor.Head.Height, _nextDue = _executor.NextDue());
        ExecuteDecided(listener);
    }

    public void Dispose() => _writer.Dispose();

    private void ExecuteDecided(IExecutionListener listener)
    {
        while (_decided.Count > 0)
        {
            var proposal = _decided.First().Value;
            if (IsVoid(proposal))
            {
                _decided.Remove(proposal.Height.Value);
                continue;
            }

            if (proposal.Height > _executor.Head.Height.Next) return;
            // Sync may have brought the block meanwhile. The replica hears of it all the same: of a synced block without
            // a certificate of its own nobody else tells it, and it takes executed blocks without gaps only.
            if (proposal.Height <= _executor.Head.Height)
                listener.OnExecuted(proposal.Height, _store.Live.Blocks.Header(proposal.Height)!.Bytes);
            else if (!TryExecute(proposal, listener)) return;
            _decided.Remove(proposal.Height.Value);
        }
    }

    // What was decided above an epoch's last block is never executed.
    private bool IsVoid(Proposal proposal) => proposal.Height <= _executor.Head.Height
        ? _store.Live.Blocks.Header(proposal.Height)!.Header.Epoch != proposal.Epoch
        : proposal.Epoch != _executor.Validators.Epoch && proposal.Height == _executor.Head.Height.Next;

    private bool TryExecute(Proposal proposal, IExecutionListener listener)
    {
        var transactions = new List<CheckedTransaction>(proposal.TransactionIds.Count);
        foreach (var id in proposal.TransactionIds)
        {
            if (_pool.Find(id) is { } transaction)
            {
                transactions.Add(transaction);
            }
            else if (!_store.Live.Blocks.Contains(id))
            {
                LogBodiesMissing(proposal.Height.Value);
                listener.OnBodiesMissing(proposal);
                return false;
            }
        }

        var start = Stopwatch.GetTimestamp();
        var block = _executor.Execute(new ProposedBlock(
            proposal.Height, proposal.Time, proposal.Epoch, proposal.Proposer, transactions));
        // A vote for a checkpoint waits for the block, and nothing else can be done meanwhile: no thread could help.
        _store.Commit(WithVotes(block));
        _executor.Advance(block);
        Tell(block, Stopwatch.GetElapsedTime(start));
        _pool.RemoveExecuted(proposal.Height, proposal.TransactionIds);
        listener.OnExecuted(proposal.Height, block.HeaderBytes);
        return true;
    }

    // Nothing is reported before the last block of the run is synced, and with it all of them: a checkpoint of this node
    // promises durability, and the votes of a height go once its block is on disk.
    private void Apply(ApplyCertified run, IExecutionListener listener)
    {
        var last = run.Blocks[^1];
        foreach (var block in run.Blocks)
        {
            // Executed through consensus meanwhile; its certificate may be new to us all the same (P6: sync is idempotent).
            if (block.Header.Height <= _executor.Head.Height)
            {
                Settle(listener);
                if (block.Certificate is { } certificate) _certified.Publish(block.Header.Height, certificate);
            }
            else
            {
                Execute(block, ReferenceEquals(block, last) ? run : null, listener);
            }
        }

        if (_unwritten is null) Report(run, listener);
    }

    // While the block below is being written.
    private void Execute(CertifiedBlock certified, ApplyCertified? ends, IExecutionListener listener)
    {
        var start = Stopwatch.GetTimestamp();
        var header = certified.Header;
        ExecutedBlock block;
        TimeSpan executing;
        try
        {
            block = _executor.Execute(new ProposedBlock(
                header.Height, header.Time, header.Epoch, header.Proposer, certified.Transactions));
            executing = Stopwatch.GetElapsedTime(start);
        }
        finally
        {
            // Whatever the execution came to: what is below it was right, and has its own end.
            Settle(listener);
        }

        // Before anything is written: a node that computes something else than a quorum must not make it durable.
        if (!block.HeaderBytes.Span.SequenceEqual(certified.HeaderBytes.Span))
            throw new DivergenceException(header, block);
        _writer.Begin(WithVotes(block), sync: ends is not null);
        _executor.Advance(block, _writer);
        _unwritten = new Unwritten(block, certified, ends, executing);
    }

    // Waits for the block that is being written, and tells of it what only a block on disk may have told of it.
    private void Settle(IExecutionListener listener)
    {
        if (_unwritten is not { } written) return;
        var start = Stopwatch.GetTimestamp();
        _writer.Wait();
        _unwritten = null;
        _executor.Settle();
        Tell(written.Block, written.Executing + Stopwatch.GetElapsedTime(start));
        var (height, certified) = (written.Certified.Header.Height, written.Certified);
        _pool.RemoveExecuted(height, certified.Transactions.Select(t => t.Id));
        if (certified.Certificate is { } certificate) _certified.Publish(height, certificate);
        if (written.Ends is { } run) Report(run, listener);
    }

    private static void Report(ApplyCertified run, IExecutionListener listener)
    {
        var last = run.Blocks[^1];
        listener.OnSynced(last.Header.Height, last.HeaderBytes, last.Certificate!);
        run.Done?.SetResult();
    }

    private BlockCommit WithVotes(ExecutedBlock block) => block.Commit with { VoteSequence = _voteSequence() };

    // Of a block that is on disk, as the newest one there.
    private void Tell(ExecutedBlock block, TimeSpan duration)
    {
        var commit = block.Commit;
        var height = commit.Block.Header.Height;
        _certified.Executed(commit.Block);
        Recent?.Add(commit);
        if (commit.NextValidators is { } next) _chain.PublishValidators(next);
        if (commit.StateWrites.Any(w => w.Namespace == StateNamespaces.Schedule)) _nextDue = _executor.NextDue();
        _chain.PublishExecuted(height, _nextDue);
        Committed?.Invoke(height);
        foreach (var (status, gas) in block.Contracts) _metrics.ContractExecuted(status, gas);
        _metrics.Executed(commit.Block.Transactions.Count, commit.Leaves.Count, duration);
    }

    // Executing: how long its execution took.
    private sealed record Unwritten(
        ExecutedBlock Block, CertifiedBlock Certified, ApplyCertified? Ends, TimeSpan Executing);

    [LoggerMessage(
        4010, LogLevel.Debug, "Block {Height} was decided before all of its transactions were held here; fetching them.")]
    private partial void LogBodiesMissing(ulong height);
}
