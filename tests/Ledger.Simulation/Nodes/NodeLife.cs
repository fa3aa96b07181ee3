using Ledger.Consensus.Faults;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;
using Ledger.Node.Observability;
using Ledger.Node.Wire;
using Ledger.Simulation.Disk;
using Ledger.Simulation.World;
using Ledger.Storage;
using Ledger.Storage.Schema;
using Ledger.Storage.Votes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ledger.Simulation.Nodes;

/// <summary>
/// One process of a node: the product's own cores and stores, put together as <see cref="LedgerNode"/> does, with the
/// world in place of threads, network, clock and disk. Its two stages take what is queued for them when they are free,
/// and are busy for as long as the disk takes.
/// </summary>
internal sealed class NodeLife : IConsensusPorts, IExecutionListener, IDisposable
{
    private const int MaxBatch = 256;
    private const int FetchTimeoutMs = 500;

    // As in the product; beyond it, frames would be held back and dropped.
    private const int InputCapacity = 16_384;

    private static readonly NodeMetrics Metrics = new(new SimMeters());

    private readonly SimWorld _world;
    private readonly SimNode _node;
    private readonly LedgerStore _store;
    private readonly VoteLog _votes;
    private EpochParts _epoch;
    private readonly ConsensusCore _core;
    private readonly ExecutionCore _execution;
    private readonly Ledger.Node.Sync.SnapshotKeeper _snapshots;
    private readonly VoteJournal _journal;
    private readonly SimSync _sync;
    private readonly SimGossip _gossip;
    private readonly PeerRequests _requests = new();
    private readonly List<DriverInput> _inputs = [];
    private readonly Queue<ExecutionRequest> _executions = new();
    private readonly List<(int To, ReadOnlyMemory<byte> Frame)> _outgoing = [];
    private bool _consensusScheduled;
    private bool _executionScheduled;
    private bool _poolWakes;
    private long _consensusFreeAt;
    private long _executionFreeAt;
    private bool _certifiedSeen;

    /// <exception cref="StorageException">The disk's content does not pass the checks of starting.</exception>
    public NodeLife(SimWorld world, SimNode node)
    {
        _world = world;
        _node = node;
        var genesis = world.Variant.GenesisOf(node, world.Genesis);
        _store = LedgerStore.Open(new SimDatabase(node.Chain, LedgerSchema.Families.Keys), genesis);
        _votes = VoteLog.Open(new SimDatabase(node.Votes, VoteLog.Families.Keys));
        Recovery.EnsureGenesis(_store);
        Recovery.EnsureCertificate(_store, _votes);
        var clock = new NodeClock(node.Provider);
        var rules = new TransactionRules(genesis);
        var members = new MemberDirectory(genesis.Members);
        Validators = world.PeersOf(node.Index);
        Pool = new TransactionPool(new PoolOptions());
        ChainView = new ChainView(_store, members, Recovery.CertifiedHead(_store), _store.Watermark!.Height);
        var certified = new CertifiedBlocks(_store, ChainView, new OutcomeHub());
        foreach (var block in Recovery.Uncertified(_store)) certified.Executed(block);
        Admission = new AdmissionService(rules, Pool, ChainView, clock, Metrics);
        Recovery.RestoreBodies(_store, _votes, Pool, Admission);
        _journal = new VoteJournal(_votes, Pool, _store);
        var head = _store.Live.Blocks.Header(_store.Watermark.Height)!;
        var executor = new BlockExecutor(
            genesis, rules, new StoredState(_store, members), head.Header, head.Hash, Recovery.Log(_store));
        _execution = new ExecutionCore(
            executor, _store, Pool, ChainView, certified, Metrics,
            () => world.Variant.VoteSequence(_journal.Sequence), NullLogger.Instance);
        EpochParts OpenEpoch() => EpochParts.Open(_store, _votes, world.Chain.Signers[node.Index]);
        _epoch = OpenEpoch();
        _core = new ConsensusCore(
            _epoch, OpenEpoch, Pool, rules, ChainView, _journal, certified, this, clock, Metrics, NullLogger.Instance);
        // Served, and asked for by nobody here: the catch-up that runs is the one by blocks.
        _snapshots = new Ledger.Node.Sync.SnapshotKeeper(_store, Ledger.Node.Sync.SnapshotKeeper.DefaultInterval);
        Ledger.Node.Sync.SyncService.Serve(_store, ChainView, Pool, _snapshots, _requests);
        _sync = new SimSync(world, node, this, genesis, rules, clock);
        _gossip = new SimGossip(world, node, this, clock);
        Admission.Admitted += (_, _) => WakeForPool();
    }

    public bool IsRunning { get; private set; } = true;

    public ValidatorPeers Validators { get; }

    public TransactionPool Pool { get; }

    public ChainView ChainView { get; }

    public AdmissionService Admission { get; }

    public LedgerStore Store => _store;

    public ReplicaStatus Status => _core.Status;

    public BlockHeight Executed => ChainView.Executed;

    /// <summary>For audits of memory.</summary>
    public IReadOnlyList<object> Cores => [_core, _execution, Pool];

    public int QueuedInputs => _inputs.Count;

    public void Dispose()
    {
        IsRunning = false;
        _snapshots.Dispose();
        _votes.Dispose();
        _store.Dispose();
    }

    /// <summary>Time passed.</summary>
    public void Tick()
    {
        if (_node.IsByzantine || !_world.Variant.LosesTick(_node)) Deliver(ClockTick.Instance);
        Guard(_gossip.Tick);
        if (IsRunning) Guard(_sync.Tick);
        if (IsRunning) _node.Actor?.Tick(this);
    }

    /// <summary>A consensus frame arrived on a peer's stream.</summary>
    public void OnConsensusFrame(int from, ReadOnlyMemory<byte> frame)
    {
        if (!IsRunning) return;
        if (_node.IsByzantine) Receive(from, frame);
        else foreach (var (peer, bytes) in _world.Variant.Incoming(_node, from, frame)) Receive(peer, bytes);
    }

    private void Receive(int peer, ReadOnlyMemory<byte> bytes)
    {
        if (_epoch.Authenticator.TryAuthenticate(
            new ValidatorIndex(peer), bytes, out var message, out var signer, out _))
        {
            Deliver(new ReplicaInput(new MessageReceived(signer, message)));
        }
    }

    /// <summary>A frame of transactions arrived.</summary>
    public void OnTransactionsFrame(ReadOnlyMemory<byte> frame)
    {
        if (IsRunning) Guard(() => _gossip.Receive(frame));
    }

    /// <summary>Answers a request of the sync protocol, as the product does.</summary>
    public ReadOnlyMemory<byte> Answer(int from, ReadOnlyMemory<byte> request)
    {
        var answer = _requests.Answer(Validators[new ValidatorIndex(from)], request);
        return _node.Actor?.Answer(request, answer) ?? answer;
    }

    /// <summary>A client submits a transaction.</summary>
    public void Admit(ReadOnlyMemory<byte> transaction) =>
        Guard(() => Admission.Admit(transaction, AdmissionSource.Client, out _));

    public void Apply(ApplyCertified block) => Request(block);

    public void Deliver(DriverInput input)
    {
        if (!IsRunning || _inputs.Count >= InputCapacity) return;
        _inputs.Add(input);
        if (_consensusScheduled) return;
        _consensusScheduled = true;
        _world.After(Math.Max(0, _consensusFreeAt - _world.Now), RunConsensus);
    }

    public void OnExecuted(BlockHeight height, ReadOnlyMemory<byte> headerBytes) =>
        Deliver(new ReplicaInput(new Executed(height, headerBytes)));

    public void OnSynced(BlockHeight height, ReadOnlyMemory<byte> headerBytes, QuorumCertificate certificate) =>
        Deliver(new ReplicaInput(new Synced(height, headerBytes, certificate)));

    public void OnBodiesMissing(Proposal proposal) => Deliver(new BodiesMissing(proposal));

    void IConsensusPorts.Send(ValidatorIndex to, ConsensusMessage message)
    {
        if (Leaving(message) is { } leaving) Queue(to.Value, leaving, leaving.Encode());
    }

    void IConsensusPorts.SendTo(PeerId peer, ConsensusMessage message)
    {
        if (Validators.IndexOf(peer) is { } to && Leaving(message) is { } leaving) Queue(to.Value, leaving, leaving.Encode());
    }

    void IConsensusPorts.BeginEpoch(EpochParts epoch) => _epoch = epoch;

    void IConsensusPorts.Broadcast(ConsensusMessage message)
    {
        if (Leaving(message) is not { } leaving) return;
        var frame = leaving.Encode();
        for (var to = 0; to < _world.Plan.Validators; to++)
        {
            if (to != _node.Index) Queue(to, leaving, frame);
        }
    }

    void IConsensusPorts.Execute(Proposal proposal) => Request(new ExecuteProposal(proposal));

    void IConsensusPorts.RetryExecution() => Request(RetryExecution.Instance);

    void IConsensusPorts.FetchTransactions(
        FetchLane lane, long search, ValidatorIndex from, IReadOnlySet<Hash256> ids) =>
        Ask(from.Value, new SyncRequest.Transactions([.. ids]).Encode(), FetchTimeoutMs, answer =>
        {
            if (answer is { } bytes && !Guard(() => TransactionFetch.TakeIn(bytes, ids, Admission))) return;
            Deliver(new TransactionsFetched(lane, search));
        });

    void IConsensusPorts.ReportFault(FaultEvidence evidence)
    {
        if (_node.IsHonest && _world.Nodes[evidence.Culprit.Value].IsHonest)
            throw new SimulationFailure("accountability", $"honest node {evidence.Culprit} is accused: {evidence.Kind}");
    }

    void IConsensusPorts.RequestSync(BlockHeight atLeast) => _world.After(0, () =>
    {
        if (IsRunning) Guard(() => _sync.Request(atLeast));
    });

    /// <summary>Asks a peer; null is the answer when none comes in time.</summary>
    public void Ask(int to, ReadOnlyMemory<byte> request, int timeoutMs, Action<ReadOnlyMemory<byte>?> done)
    {
        var isOver = false;
        void End(ReadOnlyMemory<byte>? answer)
        {
            if (isOver || !IsRunning) return;
            isOver = true;
            done(answer);
        }

        _world.After(timeoutMs, () => End(null));
        _world.Network.Send(_node.Index, to, Lane.Request, request, 0, () =>
        {
            if (_world.Nodes[to].Life is not { } peer) return;
            ReadOnlyMemory<byte> answer;
            try
            {
                answer = peer.Answer(_node.Index, request);
            }
            catch (StorageException failure) when (!_world.Nodes[to].IsHonest)
            {
                // The product refuses the request and logs why.
                _world.Trace($"node {to} cannot answer: {failure.Message}");
                return;
            }

            _world.Network.Send(to, _node.Index, Lane.Answer, answer, 0, () => End(answer));
        });
    }

    private void WakeForPool()
    {
        if (_poolWakes) return;
        _poolWakes = true;
        Deliver(PoolWake.Instance);
    }

    private void Request(ExecutionRequest request)
    {
        _executions.Enqueue(request);
        if (_executionScheduled || !IsRunning) return;
        _executionScheduled = true;
        _world.After(Math.Max(1, _executionFreeAt - _world.Now), RunExecution);
    }

    private void RunConsensus()
    {
        _consensusScheduled = false;
        if (!IsRunning) return;
        var batch = _inputs.GetRange(0, Math.Min(_inputs.Count, MaxBatch));
        _inputs.RemoveRange(0, batch.Count);
        _poolWakes = false;
        var syncs = _node.Votes.Syncs;
        var survived = Guard(() => _core.Process(batch));
        var busy = survived && _node.Votes.Syncs > syncs ? _node.SyncMs : 0;
        Release(busy);
        if (!survived || !IsRunning) return;
        _consensusFreeAt = _world.Now + busy;
        _world.Checks.AfterStep(_node, this);
        NoteCertified();
        if (_inputs.Count == 0 || _consensusScheduled) return;
        _consensusScheduled = true;
        _world.After(busy, RunConsensus);
    }

    private void RunExecution()
    {
        _executionScheduled = false;
        if (!IsRunning || !_executions.TryDequeue(out var request)) return;
        var before = Executed;
        if (!Guard(() => _execution.Process(request, this))) return;
        if (_node.IsHonest && Executed > before) _world.Checks.OnExecuted(_node, this, before);
        NoteCertified();
        _sync.OnApplied(request);
        _executionFreeAt = _world.Now + (Executed > before ? _node.SyncMs : 0);
        if (_executions.Count == 0 || _executionScheduled) return;
        _executionScheduled = true;
        _world.After(Math.Max(1, _executionFreeAt - _world.Now), RunExecution);
    }

    private void NoteCertified()
    {
        if (!IsRunning || !_node.IsHonest) return;
        _world.Checks.OnCertified(_node, this, first: !_certifiedSeen);
        _certifiedSeen = true;
    }

    // What the product's host does when a stage fails: the whole node ends.
    private bool Guard(Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (NodeDiedException death)
        {
            _node.Die(death.Message, losesPower: _world.Plan.LosesPower && _node.Random.Chance(500));
        }
        catch (DivergenceException divergence)
        {
            _node.OnDivergence(divergence);
        }
        catch (StorageException failure)
        {
            _node.OnStorageFailure(failure);
        }
        catch (Exception failure) when (
            !_node.IsHonest && failure is InvariantViolationException or InvalidDataException)
        {
            // What a damaged node reads may break its own rules, or fail a check of hashes; it stops, and hurts nobody.
            _node.OnStorageFailure(new StorageException(StorageFault.Corruption, failure.Message, failure));
        }

        return false;
    }

    private void Queue(int to, ConsensusMessage message, ReadOnlyMemory<byte> frame)
    {
        if (_node.Actor is { } actor)
        {
            foreach (var lie in actor.Outgoing(to, message, frame)) _outgoing.Add((to, lie));
        }
        else
        {
            _outgoing.Add((to, frame));
        }
    }

    private ConsensusMessage? Leaving(ConsensusMessage message)
    {
        if (_node.IsByzantine) return message;
        var leaving = _world.Variant.Outgoing(_node, message);
        if (leaving is not null && _node.IsHonest) _world.Checks.OnSent(_node, leaving);
        return leaving;
    }

    // Messages leave when the votes that they depend on are on disk.
    private void Release(int delay)
    {
        foreach (var (to, frame) in _outgoing) SendConsensus(to, frame, delay);
        _outgoing.Clear();
    }

    public void SendConsensus(int to, ReadOnlyMemory<byte> frame, int delay = 0) =>
        _world.Network.Send(_node.Index, to, Lane.Consensus, frame, delay, () =>
            _world.Nodes[to].Life?.OnConsensusFrame(_node.Index, frame));
}
