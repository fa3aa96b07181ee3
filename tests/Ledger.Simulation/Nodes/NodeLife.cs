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
internal sealed partial class NodeLife : IConsensusPorts, IExecutionListener, IDisposable
{
    private const int MaxBatch = 256;
    private const int FetchTimeoutMs = 500;

    // As in the product; beyond it, frames would be held back and dropped.
    private const int InputCapacity = 16_384;

    private static readonly NodeMetrics Metrics = new(new SimMeters());

    private readonly SimWorld _world;
    // Little, so that pages are written, and read back after a crash, many times in a short run.
    private const long PendingPageBytes = 4096;

    private readonly SimNode _node;
    private readonly LedgerStore _store;
    private readonly VoteLog _votes;
    private readonly EpochView _epochs;
    private readonly ConsensusCore _core;
    private readonly ExecutionCore _execution;
    private readonly Ledger.Node.Sync.SnapshotKeeper _snapshots;
    private readonly VoteJournal _journal;
    private readonly NodeClock _clock;
    private readonly SimSync? _sync;
    private readonly SimGossip _gossip;
    private readonly PeerRequests _requests = new();
    private readonly List<DriverInput> _inputs = [];
    private readonly Queue<ExecutionRequest> _executions = new();
    private readonly List<(PeerId To, ReadOnlyMemory<byte> Frame)> _outgoing = [];
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
        Peer = node.Peer;
        var genesis = world.Variant.GenesisOf(node, world.Genesis);
        _store = LedgerStore.Open(new SimDatabase(node.Chain, LedgerSchema.Families.Keys), genesis, PendingPageBytes);
        _votes = VoteLog.Open(new SimDatabase(node.Votes, VoteLog.Families.Keys));
        Recovery.EnsureGenesis(_store);
        Recovery.EnsureCertificate(_store, _votes);
        var clock = _clock = new NodeClock(node.Provider);
        var rules = new TransactionRules(genesis);
        var members = new MemberDirectory(genesis.Members);
        Pool = new TransactionPool(new PoolOptions());
        ChainView = new ChainView(_store, members, Recovery.CertifiedHead(_store), _store.Watermark!.Height);
        var certified = new CertifiedBlocks(_store, ChainView, new OutcomeHub());
        foreach (var block in Recovery.Uncertified(_store)) certified.Executed(block);
        Admission = new AdmissionService(rules, Pool, ChainView, clock, Metrics);
        Recovery.RestoreBodies(_store, _votes, Pool, Admission);
        _journal = new VoteJournal(_votes, Pool, _store);
        var head = _store.Live.Blocks.Header(_store.Watermark.Height)!;
        var executor = new BlockExecutor(
            genesis, rules, new StoredState(_store, members), head.Header, head.Hash, Recovery.Log(_store),
            genesis.Parameters.Contracts is null ? null : SimContracts.Instance);
        _execution = new ExecutionCore(
            executor, _store, new SimBlockWriter(_store), Pool, ChainView, certified, Metrics,
            () => world.Variant.VoteSequence(_journal.Sequence), NullLogger.Instance);
        EpochParts OpenEpoch() => EpochParts.Open(_store, _votes, node.Key);
        Epoch = OpenEpoch();
        _epochs = new EpochView(
            Epoch.Peers, Recovery.PeersBefore(_store, Epoch.Validators.Epoch),
            world.Variant.ForgetsNext(node) ? null : Recovery.PeersAfter(_store, Epoch));
        _core = new ConsensusCore(
            Epoch, OpenEpoch, Pool, rules, ChainView, _journal, certified, this, clock, Metrics, NullLogger.Instance)
        {
            // As the host of the product finds out by a file beside the votes.
            Probation = node.WasWiped && _votes.Sequence == 0 && Epoch.Validators.Quorum.Faults > 0
                ? new Probation(Epoch.Base, genesis.Parameters.Window)
                : null,
        };
        // Served, and asked for by nobody here: the catch-up that runs is the one by blocks.
        _snapshots = new Ledger.Node.Sync.SnapshotKeeper(_store, Ledger.Node.Sync.SnapshotKeeper.DefaultInterval);
        Ledger.Node.Sync.SyncService.Serve(_store, ChainView, Pool, _snapshots, _requests);
        _sync = new SimSync(world, node, this, genesis, rules, clock);
        _gossip = new SimGossip(world, node, this, clock);
        Admission.Admitted += (_, _) => WakeForPool();
    }

    public bool IsRunning { get; private set; } = true;

    /// <summary>Its name on the network.</summary>
    public PeerId Peer { get; }

    /// <summary>The epoch that it is in.</summary>
    public EpochParts Epoch { get; private set; }

    /// <summary>Its place among the epoch's validators; null when it only follows.</summary>
    public ValidatorIndex? Self => Epoch.Self;

    /// <summary>Whom it asks for blocks.</summary>
    public IReadOnlyList<PeerId> Sources =>
        [.. _epochs.Sources.Concat(_node.KnownPeers).Where(p => !p.Equals(Peer)).Distinct()];

    public TransactionPool Pool { get; }

    public ChainView ChainView { get; }

    public AdmissionService Admission { get; }

    public LedgerStore Store => _store;

    public ReplicaStatus Status => _core.Status;

    public BlockHeight Executed => ChainView.Executed;

    /// <summary>For audits of memory.</summary>
    public IReadOnlyList<object> Cores => [_core, _execution, Pool];

    public int QueuedInputs => _inputs.Count;

    /// <summary>How often its core was told the time.</summary>
    public long Ticks { get; private set; }

    /// <summary>How often an admission woke its core.</summary>
    public long PoolWakes { get; private set; }

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
        // As the product's clock does, it leaves out what the core says it does not need.
        if (_clock.Elapsed >= _core.RestUntil && (_node.IsByzantine || !_world.Variant.LosesTick(_node)))
        {
            Ticks++;
            Deliver(ClockTick.Instance);
        }

        Guard(_gossip.Tick);
        if (IsRunning) Guard(_sync!.Tick);
        if (IsRunning) _node.Actor?.Tick(this);
    }

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

    private void WakeForPool()
    {
        if (_poolWakes) return;
        _poolWakes = true;
        PoolWakes++;
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
        _poolWakes = !_core.AwaitsTransactions;
        var busy = survived && _node.Votes.Syncs > syncs ? _node.SyncMs : 0;
        Release(busy);
        if (!survived || !IsRunning) return;
        _consensusFreeAt = _world.Now + busy;
        NoteCertified();
        _world.Checks.AfterStep(_node, this);
        if (_inputs.Count == 0 || _consensusScheduled) return;
        _consensusScheduled = true;
        _world.After(busy, RunConsensus);
    }

    private void RunExecution()
    {
        _executionScheduled = false;
        if (!IsRunning || !_executions.TryDequeue(out var request)) return;
        if (request is ExecuteProposal decided && !_node.IsByzantine)
            request = new ExecuteProposal(_world.Variant.Executes(_node, decided.Proposal));
        var before = Executed;
        if (!Guard(() => _execution.Process(request, this))) return;
        if (_node.IsHonest && Executed > before) _world.Checks.OnExecuted(_node, this, before);
        NoteCertified();
        _sync!.OnApplied(request);
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
}
