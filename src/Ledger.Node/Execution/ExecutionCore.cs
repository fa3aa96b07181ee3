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
/// The one writer of the chain: executes blocks in order and makes each durable, in one atomic synced batch, before it
/// reports it. Both ways that a block can come by, consensus and sync, end here.
/// </summary>
/// <remarks>
/// Single-threaded, and the same for the node (<see cref="ExecutionStage"/> gives it a thread) and the simulator. An
/// exception that leaves <see cref="Process"/> ends it: it must not be used any more.
/// </remarks>
internal sealed partial class ExecutionCore
{
    private readonly BlockExecutor _executor;
    private readonly LedgerStore _store;
    private readonly TransactionPool _pool;
    private readonly ChainView _chain;
    private readonly CertifiedBlocks _certified;
    private readonly NodeMetrics _metrics;
    private readonly Func<ulong> _voteSequence;
    private readonly ILogger _logger;

    // Of the state after the head; kept, because most blocks change nothing of it.
    private Timestamp? _nextDue;

    // Decided and not yet executed. Bound: consensus decides at most a window above the stable checkpoint.
    private readonly SortedDictionary<ulong, Proposal> _decided = [];

    public ExecutionCore(
        BlockExecutor executor,
        LedgerStore store,
        TransactionPool pool,
        ChainView chain,
        CertifiedBlocks certified,
        NodeMetrics metrics,
        Func<ulong> voteSequence,
        ILogger logger)
    {
        _executor = executor;
        _store = store;
        _pool = pool;
        _chain = chain;
        _certified = certified;
        _metrics = metrics;
        _voteSequence = voteSequence;
        _logger = logger;
    }

    /// <summary>Keeps what contracts wrote; null where nobody asks for it.</summary>
    public RecentWrites? Recent { get; init; }

    /// <summary>Told of each block that was made durable, before the next is executed.</summary>
    public Action<BlockHeight>? Committed { get; init; }

    /// <summary>Does what is asked, and whatever became possible by it; reports to <paramref name="listener"/>.</summary>
    /// <exception cref="DivergenceException">A certified block is not what this node computes.</exception>
    public void Process(ExecutionRequest request, IExecutionListener listener)
    {
        if (request is ExecuteProposal execute) _decided[execute.Proposal.Height.Value] = execute.Proposal;
        else if (request is ApplyCertified certified) Apply(certified, listener);
        else if (request is LookForDueCalls) _chain.PublishExecuted(_executor.Head.Height, _nextDue = _executor.NextDue());
        ExecuteDecided(listener);
    }

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

        var block = Commit(new ProposedBlock(
            proposal.Height, proposal.Time, proposal.Epoch, proposal.Proposer, transactions));
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
            var height = block.Header.Height;
            // Executed through consensus meanwhile; its certificate may be new to us all the same (P6: sync is idempotent).
            if (height > _executor.Head.Height)
            {
                Commit(
                    new ProposedBlock(
                        height, block.Header.Time, block.Header.Epoch, block.Header.Proposer, block.Transactions),
                    block,
                    sync: ReferenceEquals(block, last));
                _pool.RemoveExecuted(height, block.Transactions.Select(t => t.Id));
            }

            if (block.Certificate is { } certificate) _certified.Publish(height, certificate);
        }

        listener.OnSynced(last.Header.Height, last.HeaderBytes, last.Certificate!);
        run.Done?.SetResult();
    }

    private ExecutedBlock Commit(ProposedBlock proposed, CertifiedBlock? certified = null, bool sync = true)
    {
        var start = Stopwatch.GetTimestamp();
        var block = _executor.Execute(proposed);
        // Before anything is written: a node that computes something else than a quorum must not make it durable.
        if (certified is not null && !block.HeaderBytes.Span.SequenceEqual(certified.HeaderBytes.Span))
            throw new DivergenceException(certified.Header, block);
        _store.Commit(block.Commit with { VoteSequence = _voteSequence() }, sync);
        _executor.Advance(block);
        _certified.Executed(block.Commit.Block);
        Recent?.Add(block.Commit);
        if (block.Commit.NextValidators is { } next) _chain.PublishValidators(next);
        if (block.Commit.StateWrites.Any(w => w.Namespace == StateNamespaces.Schedule)) _nextDue = _executor.NextDue();
        _chain.PublishExecuted(proposed.Height, _nextDue);
        Committed?.Invoke(proposed.Height);
        foreach (var (status, gas) in block.Contracts) _metrics.ContractExecuted(status, gas);
        _metrics.Executed(
            block.Commit.Block.Transactions.Count, block.Commit.Leaves.Count, Stopwatch.GetElapsedTime(start));
        return block;
    }

    [LoggerMessage(
        4010, LogLevel.Debug, "Block {Height} was decided before all of its transactions were held here; fetching them.")]
    private partial void LogBodiesMissing(ulong height);
}
