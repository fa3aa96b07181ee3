using System.Diagnostics;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Node.Admission;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;
using Ledger.Node.Observability;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>What the execution stage is asked to do.</summary>
internal abstract record ExecutionRequest;

/// <summary>Execute a proposal that consensus committed.</summary>
internal sealed record ExecuteProposal(Proposal Proposal) : ExecutionRequest;

/// <summary>
/// Execute blocks that a peer served, ascending without gaps, the last with a certificate. One disk sync makes all of
/// them durable.
/// </summary>
internal sealed record ApplyCertified(IReadOnlyList<CertifiedBlock> Blocks, TaskCompletionSource? Done)
    : ExecutionRequest;

/// <summary>
/// A block that a peer served; its certificate, or a later block's that reaches it, was verified.
/// </summary>
internal sealed record CertifiedBlock(
    BlockHeader Header,
    ReadOnlyMemory<byte> HeaderBytes,
    Hash256 Hash,
    QuorumCertificate? Certificate,
    IReadOnlyList<CheckedTransaction> Transactions);

/// <summary>Transactions that a decided proposal lacked may be held now.</summary>
internal sealed record RetryExecution : ExecutionRequest
{
    public static RetryExecution Instance { get; } = new();
}

/// <summary>Where the execution stage reports to. Called on its thread; must not block for long.</summary>
internal interface IExecutionListener
{
    /// <summary>A committed proposal is a durable block now.</summary>
    void OnExecuted(BlockHeight height, ReadOnlyMemory<byte> headerBytes);

    /// <summary>A certified block from a peer is durable now.</summary>
    void OnSynced(BlockHeight height, ReadOnlyMemory<byte> headerBytes, QuorumCertificate certificate);

    /// <summary>
    /// A decided proposal's transactions are not all held here: others decided it before this node had them. Fetch them
    /// and ask for <see cref="RetryExecution"/>.
    /// </summary>
    void OnBodiesMissing(Proposal proposal);
}

/// <summary>
/// The one writer of the chain: executes blocks in order on its own thread and makes each durable, in one atomic synced
/// batch, before it reports it. Both ways that a block can come by, consensus and sync, end here.
/// </summary>
internal sealed partial class ExecutionStage : IAsyncDisposable
{
    private const int QueueCapacity = 4096;

    private readonly BlockExecutor _executor;
    private readonly LedgerStore _store;
    private readonly TransactionPool _pool;
    private readonly ChainView _chain;
    private readonly CertifiedBlocks _certified;
    private readonly NodeMetrics _metrics;
    private readonly Func<ulong> _voteSequence;
    private readonly ILogger _logger;
    private readonly StageThread<ExecutionRequest> _thread;
    private IExecutionListener? _listener;

    // Decided and not yet executed. Bound: consensus decides at most a window above the stable checkpoint.
    private readonly SortedDictionary<ulong, Proposal> _decided = [];

    public ExecutionStage(
        BlockExecutor executor,
        LedgerStore store,
        TransactionPool pool,
        ChainView chain,
        CertifiedBlocks certified,
        NodeMetrics metrics,
        Func<ulong> voteSequence,
        ILogger<ExecutionStage> logger)
    {
        _executor = executor;
        _store = store;
        _pool = pool;
        _chain = chain;
        _certified = certified;
        _metrics = metrics;
        _voteSequence = voteSequence;
        _logger = logger;
        _thread = new StageThread<ExecutionRequest>("ledger-execution", QueueCapacity, 1, Process);
    }

    /// <summary>Faulted when the stage failed: the node must stop.</summary>
    public Task Completion => _thread.Completion;

    public void Start(IExecutionListener listener)
    {
        _listener = listener;
        _thread.Start();
    }

    /// <summary>Queues a request; false when the stage is closed.</summary>
    public bool Request(ExecutionRequest request) => _thread.Add(request);

    public ValueTask DisposeAsync() => _thread.DisposeAsync();

    private void Process(List<ExecutionRequest> requests)
    {
        foreach (var request in requests)
        {
            if (request is ExecuteProposal execute) _decided[execute.Proposal.Height.Value] = execute.Proposal;
            else if (request is ApplyCertified certified) Apply(certified);
        }

        ExecuteDecided();
    }

    private void ExecuteDecided()
    {
        while (_decided.Count > 0)
        {
            var proposal = _decided.First().Value;
            if (proposal.Height > _executor.Head.Height.Next) return;
            // Sync may have brought the block meanwhile. The replica hears of it all the same: of a synced block without
            // a certificate of its own nobody else tells it, and it takes executed blocks without gaps only.
            if (proposal.Height <= _executor.Head.Height)
                _listener!.OnExecuted(proposal.Height, _store.Live.Blocks.Header(proposal.Height)!.Bytes);
            else if (!TryExecute(proposal)) return;
            _decided.Remove(proposal.Height.Value);
        }
    }

    private bool TryExecute(Proposal proposal)
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
                _listener!.OnBodiesMissing(proposal);
                return false;
            }
        }

        var block = Commit(new ProposedBlock(
            proposal.Height, proposal.Time, proposal.Epoch, proposal.Proposer, transactions));
        _pool.RemoveExecuted(proposal.Height, proposal.TransactionIds);
        _listener!.OnExecuted(proposal.Height, block.HeaderBytes);
        return true;
    }

    // Nothing is reported before the last block of the run is synced, and with it all of them: a checkpoint of this node
    // promises durability, and the votes of a height go once its block is on disk.
    private void Apply(ApplyCertified run)
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

        _listener!.OnSynced(last.Header.Height, last.HeaderBytes, last.Certificate!);
        run.Done?.SetResult();
    }

    private ExecutedBlock Commit(ProposedBlock proposed, CertifiedBlock? certified = null, bool sync = true)
    {
        var start = Stopwatch.GetTimestamp();
        var block = _executor.Execute(proposed);
        // Before anything is written: a node that computes something else than a quorum must not make it durable.
        if (certified is not null && !block.HeaderBytes.Span.SequenceEqual(certified.HeaderBytes.Span))
            throw new DivergenceException(certified.Header, block.Commit.Block.Header);
        _store.Commit(block.Commit with { VoteSequence = _voteSequence() }, sync);
        _executor.Advance(block);
        _certified.Executed(block.Commit.Block);
        _chain.PublishExecuted(proposed.Height);
        _metrics.Executed(
            block.Commit.Block.Transactions.Count, block.Commit.Leaves.Count, Stopwatch.GetElapsedTime(start));
        return block;
    }

    [LoggerMessage(
        4010, LogLevel.Debug, "Block {Height} was decided before all of its transactions were held here; fetching them.")]
    private partial void LogBodiesMissing(ulong height);
}
