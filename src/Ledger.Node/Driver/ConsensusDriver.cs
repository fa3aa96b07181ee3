using System.Diagnostics;
using System.Threading.Channels;
using Ledger.Consensus;
using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;
using Ledger.Node.Observability;

namespace Ledger.Node.Driver;

/// <summary>
/// Runs the replica: the one thread that steps it, and the one place where its effects happen. Inputs are taken in
/// batches, so that all votes of a batch share one disk sync; every vote is durable before any message leaves.
/// </summary>
internal sealed partial class ConsensusDriver : IExecutionListener, IAsyncDisposable
{
    private const int QueueCapacity = 16_384;
    private const int MaxBatch = 256;
    private const int FetchCapacity = 2048;

    // Ticks are further apart when a batch waits for the disk; beyond this, the process did not run.
    private const long MaxTickGapMilliseconds = 200;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(20);

    private readonly Replica _replica;
    private readonly ValidatorPeers _validators;
    private readonly TransactionPool _pool;
    private readonly TransactionRules _rules;
    private readonly ProposalChecker _checker;
    private readonly VoteJournal _votes;
    private readonly ExecutionStage _execution;
    private readonly CertifiedBlocks _certified;
    private readonly IPeerNetwork _network;
    private readonly NodeClock _clock;
    private readonly NodeMetrics _metrics;
    private readonly ILogger _logger;
    private readonly StageThread<DriverInput> _thread;
    private readonly BatchPolicy _batches = new();
    private readonly CensorshipWatch _censorship;
    private readonly EffectList _effects = new();
    private readonly Queue<Input> _answers = new();
    private readonly PeerInbox[] _inboxes;

    // What was handed out for execution and may not be executed yet. Bound: the heights of the window.
    private readonly SortedDictionary<ulong, Proposal> _decided = [];

    // At most one proposal waits for its transactions: the next to execute.
    private readonly Channel<Proposal> _bodies = Channel.CreateBounded<Proposal>(
        new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Channel<ValidateProposal> _fetches = Channel.CreateBounded<ValidateProposal>(
        new BoundedChannelOptions(FetchCapacity) { SingleReader = true, SingleWriter = true });

    private long _lastProposal;
    private long _lastTick;
    private long _replicaTime;
    private int _poolWakes;
    private ReplicaStatus _status;

    public ConsensusDriver(
        Replica replica,
        MessageAuthenticator authenticator,
        ValidatorPeers validators,
        TransactionPool pool,
        TransactionRules rules,
        AdmissionService admission,
        ProposalChecker checker,
        VoteJournal votes,
        ExecutionStage execution,
        CertifiedBlocks certified,
        IPeerNetwork network,
        NodeClock clock,
        NodeMetrics metrics,
        ILogger<ConsensusDriver> logger)
    {
        _replica = replica;
        _validators = validators;
        _pool = pool;
        _rules = rules;
        _checker = checker;
        _votes = votes;
        _execution = execution;
        _certified = certified;
        _network = network;
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
        _censorship = new CensorshipWatch(pool, rules.Parameters);
        _status = Snapshot();
        _thread = new StageThread<DriverInput>("ledger-consensus", QueueCapacity, MaxBatch, Process);
        _inboxes = new PeerInbox[validators.Set.Count];
        for (var i = 0; i < _inboxes.Length; i++)
            _inboxes[i] = new PeerInbox(new ValidatorIndex(i), authenticator, metrics, input => _thread.Add(input));
        network.Handle(LedgerProtocols.Consensus, OnFrameAsync);
        admission.Admitted += (_, _) => WakeForPool();
    }

    /// <summary>Raised when others are ahead and voting cannot catch up; called on any thread, must not block.</summary>
    public event Action<BlockHeight>? SyncNeeded;

    /// <summary>Faulted when the driver failed: the node must stop.</summary>
    public Task Completion => _thread.Completion;

    /// <summary>What others may know of the replica. Immutable snapshot.</summary>
    public ReplicaStatus Status => Volatile.Read(ref _status);

    /// <summary>Starts the driver; <see cref="RunAsync"/> feeds it.</summary>
    public void Start() => _thread.Start();

    /// <summary>Feeds the driver with time and messages until cancelled.</summary>
    public Task RunAsync(CancellationToken stop) => TaskGroup.RunAsync(
        [
            TickAsync,
            FetchAsync,
            FetchBodiesAsync,
            .. _inboxes.Select(inbox => (Func<CancellationToken, Task>)inbox.RunAsync),
        ],
        stop);

    public void OnExecuted(BlockHeight height, ReadOnlyMemory<byte> headerBytes) =>
        _thread.Add(new ReplicaInput(new Executed(height, headerBytes)));

    public void OnSynced(BlockHeight height, ReadOnlyMemory<byte> headerBytes, QuorumCertificate certificate) =>
        _thread.Add(new ReplicaInput(new Synced(height, headerBytes, certificate)));

    public void OnBodiesMissing(Proposal proposal) => _bodies.Writer.TryWrite(proposal);

    public ValueTask DisposeAsync() => _thread.DisposeAsync();

    private async Task TickAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TickInterval, _clock.Provider);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false)) _thread.TryAdd(ClockTick.Instance);
    }

    private ValueTask OnFrameAsync(PeerId from, ReadOnlyMemory<byte> frame, CancellationToken stop) =>
        _validators.IndexOf(from) is { } index ? _inboxes[index.Value].AddAsync(frame, stop) : ValueTask.CompletedTask;

    // One wake-up in the queue is enough for any number of admissions.
    private void WakeForPool()
    {
        if (Interlocked.Exchange(ref _poolWakes, 1) == 0 && !_thread.TryAdd(PoolWake.Instance))
            Volatile.Write(ref _poolWakes, 0);
    }

    private void Process(List<DriverInput> inputs)
    {
        foreach (var input in inputs) Take(input);
        do
        {
            // Effects first: a view that was just entered decides what may be offered.
            PerformEffects();
            while (_answers.TryDequeue(out var answer)) _replica.Step(answer, _effects);
            if (_effects.Count == 0) OfferProposal();
        }
        while (_effects.Count > 0);

        Volatile.Write(ref _status, Snapshot());
    }

    private void Take(DriverInput input)
    {
        switch (input)
        {
            case ReplicaInput replica:
                _replica.Step(replica.Input, _effects);
                break;
            case ClockTick:
                var now = _clock.Elapsed;
                // Time in which this process stood still is nobody's fault: were it counted, a machine that was paused
                // would blame the primary at once, before it has read what came meanwhile.
                _replicaTime += Math.Min(now - _lastTick, MaxTickGapMilliseconds);
                _lastTick = now;
                var overdue = _censorship.IsOverdue(now);
                _replica.Step(new Tick(new LogicalTime(_replicaTime), _pool.Count > 0, overdue), _effects);
                break;
            case ProposalFetched fetched:
                Answer(fetched.Asked, fetched.Accepted);
                while (_answers.TryDequeue(out var answer)) _replica.Step(answer, _effects);
                break;
            case PoolWake:
                Volatile.Write(ref _poolWakes, 0);
                break;
        }
    }

    private void OfferProposal()
    {
        while (_replica.OpenSlot is { } slot)
        {
            var inFlight = slot.Height.Value - 1 - _replica.Executed.Value;
            if (!_batches.ShouldPropose(_pool.WaitingCount, inFlight, _clock.Elapsed - _lastProposal)) return;
            var parameters = _rules.Parameters;
            var ids = _pool.ChooseBatch(parameters.MaxBlockTransactions, parameters.MaxBlockBytes);
            if (ids.Count == 0 || !_pool.TryPlace(slot.Height, ids)) return;
            _lastProposal = _clock.Elapsed;
            _replica.Step(new ProposalOffered(slot.View, slot.Height, _clock.Now, ids), _effects);
        }
    }

    private void PerformEffects()
    {
        if (_effects.Count == 0) return;
        var start = Stopwatch.GetTimestamp();
        if (_votes.Write(_effects)) _metrics.VotesSynced(Stopwatch.GetElapsedTime(start));
        // Answers to effects are stepped after the list is done, so the list does not change under the loop.
        foreach (var effect in _effects) Perform(effect);
        _effects.Clear();
    }

    private void Perform(Effect effect)
    {
        switch (effect)
        {
            case Broadcast broadcast:
                var frame = broadcast.Message.Encode();
                foreach (var peer in _validators.Others) _network.TrySend(peer, LedgerProtocols.Consensus, frame);
                break;
            case Send send:
                _network.TrySend(_validators[send.To], LedgerProtocols.Consensus, send.Message.Encode());
                break;
            case ValidateProposal validate:
                Validate(validate);
                break;
            case Execute execute:
                // Decided whatever this node's own check said, or did not say yet: never to be proposed again.
                _pool.PlaceCarriedOver(execute.Proposal.Height, execute.Proposal.TransactionIds);
                ForgetExecuted();
                _decided[execute.Proposal.Height.Value] = execute.Proposal;
                _execution.Request(new ExecuteProposal(execute.Proposal));
                break;
            case Certified certified:
                _certified.Publish(certified.Height, certified.Certificate);
                break;
            case PruneVotes prune:
                _votes.Prune(prune.Below);
                break;
            case NeedSync sync:
                SyncNeeded?.Invoke(sync.AtLeast);
                break;
            case ViewChangeStarted started:
                LogViewChangeStarted(started.View.Value);
                break;
            case ViewEntered entered:
                OnViewEntered(entered);
                break;
            case Diverged diverged:
                throw new DivergenceException(
                    $"block {diverged.Height}: this node computed {diverged.Own}, a quorum certified {diverged.Other}");
            case FaultFound fault:
                LogFault(fault.Evidence.ToString() ?? "");
                break;
            case Dropped dropped:
                _metrics.Dropped(dropped.Reason.ToString());
                break;
        }
    }

    private void Validate(ValidateProposal validate)
    {
        var proposal = validate.Proposal;
        var verdict = _checker.Check(proposal, validate.Reproposed);
        // Dropped when the queue is full of proposals of earlier views; the replica's timer copes.
        if (verdict is { } accepted) Answer(validate, accepted);
        else _fetches.Writer.TryWrite(validate);
    }

    private void Answer(ValidateProposal asked, bool accepted)
    {
        var proposal = asked.Proposal;
        if (!asked.Reproposed && accepted) _censorship.OnProposal(proposal, _clock.Elapsed);
        _answers.Enqueue(new ProposalValidated(asked.View, proposal.Height, proposal.Digest, accepted));
    }

    // What the old view proposed waits again, but for what is decided or carried over: its place is known, and a second
    // proposal of it would be refused by everybody.
    private void OnViewEntered(ViewEntered entered)
    {
        _pool.Unplace(_replica.Executed);
        ForgetExecuted();
        foreach (var proposal in entered.Carried.Concat(_decided.Values))
        {
            if (proposal.Height > _replica.Executed) _pool.PlaceCarriedOver(proposal.Height, proposal.TransactionIds);
        }

        _censorship.Reset();
        LogViewEntered(entered.View.Value, entered.Primary.Value);
    }

    private void ForgetExecuted()
    {
        while (_decided.Count > 0 && _decided.First().Key <= _replica.Executed.Value) _decided.Remove(_decided.First().Key);
    }

    private async Task FetchAsync(CancellationToken stop)
    {
        await foreach (var validate in _fetches.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            // A proposal of a view that ended meanwhile is of no interest any more, and must not hold up the next view's.
            bool IsWanted() => validate.View.Value >= Status.View;
            if (!IsWanted()) continue;
            var primary = new ValidatorIndex((int)(validate.View.Value % (ulong)_validators.Set.Count));
            var accepted = await _checker
                .FetchAsync(validate.Proposal, validate.Reproposed, primary, IsWanted, stop).ConfigureAwait(false);
            _thread.Add(new ProposalFetched(validate, accepted));
        }
    }

    private async Task FetchBodiesAsync(CancellationToken stop)
    {
        await foreach (var proposal in _bodies.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            bool IsWanted() => proposal.Height > Status.Executed;
            var found = await _checker.FetchAsync(proposal, reproposed: true, proposal.Proposer, IsWanted, stop)
                .ConfigureAwait(false);
            if (!found) SyncNeeded?.Invoke(proposal.Height);
            // Even when they were not found: the replica waits for this height and asks for nothing meanwhile, so nobody
            // else would ever try again.
            _execution.Request(RetryExecution.Instance);
        }
    }

    private ReplicaStatus Snapshot() => new(
        _replica.View.Value, _replica.Primary, _replica.InViewChange, _replica.Executed, _replica.Stable);

    [LoggerMessage(4001, LogLevel.Information, "No progress with the present primary; asking for view {View}.")]
    private partial void LogViewChangeStarted(ulong view);

    [LoggerMessage(4002, LogLevel.Information, "Entered view {View}; validator {Primary} is primary.")]
    private partial void LogViewEntered(ulong view, int primary);

    [LoggerMessage(4003, LogLevel.Error, "A validator signed contradicting messages: {Evidence}")]
    private partial void LogFault(string evidence);
}

/// <summary>A snapshot of the replica for the API and metrics.</summary>
internal sealed record ReplicaStatus(
    ulong View,
    ValidatorIndex Primary,
    bool InViewChange,
    BlockHeight Executed,
    BlockHeight Stable);
