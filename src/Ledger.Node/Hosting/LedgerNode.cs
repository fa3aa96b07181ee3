using Ledger.Contracts.Runtime;
using System.Diagnostics.Metrics;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Accountability;
using Ledger.Node.Admission;
using Ledger.Node.Api;
using Ledger.Node.Api.Rest;
using Ledger.Node.Contracts;
using Ledger.Node.Audit;
using Ledger.Node.Clocks;
using Ledger.Node.Driver;
using Ledger.Node.Dissemination;
using Ledger.Node.Execution;
using Ledger.Node.Mempool;
using Ledger.Node.Observability;
using Ledger.Node.Options;
using Ledger.Node.Sync;
using Ledger.Storage;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Votes;

namespace Ledger.Node.Hosting;

/// <summary>
/// A validator of one channel: opens what is on disk, wires the stages together, runs them, and ends as a whole when
/// any of them fails. DESIGN section 5.
/// </summary>
internal sealed partial class LedgerNode : INode
{
    private readonly BlockCache _cache;
    private readonly LedgerStore _store;
    private readonly VoteLog _votes;
    private readonly ChainView _chain;
    private readonly IPeerNetwork _network;
    private readonly ExecutionStage _execution;
    private readonly ConsensusDriver _driver;
    private readonly Gossip _gossip;
    private readonly BlockSync _sync;
    private readonly PoolJanitor _janitor;
    private readonly SnapshotKeeper _snapshots;
    private readonly CertificateBackfill _backfill;
    private readonly DivergenceInquiry _inquiry;
    private readonly IContractRuntime? _contracts;
    private readonly QueryWorker? _queries;
    private readonly ILogger _logger;
    private readonly string _peerListen;
    private readonly CancellationTokenSource _joinWanted = new();
    private readonly CancellationTokenSource _chainRestored = new();
    private int _deciding;
    private readonly ClockWatch _clocks;
    private bool _abandoned;

    private LedgerNode(
        BlockCache cache, LedgerStore store, VoteLog votes, NodeConfig config, ISigner signer,
        ILoggerFactory loggers, IMeterFactory meters, TimeProvider time, PeerNetworkFactory network, bool mayJoin,
        ContractEngines engines)
    {
        var mayHaveLostVotes = FirstStart.MayHaveLostVotes(config.Resolve(config.Data), votes);
        (_cache, _store, _votes) = (cache, store, votes);
        _logger = loggers.CreateLogger<LedgerNode>();
        _peerListen = config.PeerListen;
        var genesis = store.Genesis;
        _contracts = engines.Open(genesis, _logger);
        _queries = _contracts is null ? null : new QueryWorker(() => engines.Open(genesis)!);
        var recent = new RecentWrites();
        var clock = new NodeClock(time);
        var metrics = new NodeMetrics(meters);
        var rules = new TransactionRules(genesis);
        var members = new MemberDirectory(genesis.Members);
        var pool = new TransactionPool(new PoolOptions());
        var chain = new ChainView(store, members, Recovery.CertifiedHead(store), store.Watermark!.Height);
        _chain = chain;
        var outcomes = new OutcomeHub();
        var certified = new CertifiedBlocks(store, chain, outcomes);
        foreach (var block in Recovery.Uncertified(store)) certified.Executed(block);
        var admission = new AdmissionService(rules, pool, chain, clock, metrics);
        Recovery.RestoreBodies(store, votes, pool, admission);

        var epoch = EpochParts.Open(store, votes, signer);
        var peers = new PeerBook(config, genesis.Suite);
        var epochs = new EpochView(
            epoch.Peers, Recovery.PeersBefore(store, epoch.Validators.Epoch), Recovery.PeersAfter(store, epoch));
        _network = network(new NodeIdentity(signer), NodeNetwork.Options(config, genesis, peers, epochs));
        epochs.Begun += validators => _network.SetPeers(peers.Addresses(validators));
        epochs.NextKnown += next => _network.SetPeers(peers.Addresses(epochs.Validators, next));
        if (epoch.Missing is { } missing && peers.Sources(epochs).Count == 0)
        {
            throw new StorageException(
                StorageFault.Corruption,
                $"The chain ends at block {store.Watermark!.Height}, but this validator's votes rest upon block {missing}, "
                + "and there is nobody else to fetch it from. Put back an archive of the folder 'chain' that holds it.");
        }

        var gate = new ObserverGate(genesis.Observers, clock);
        var journal = new VoteJournal(votes, pool, store);
        var head = store.Live.Blocks.Header(store.Watermark.Height)!;
        var executor = new BlockExecutor(
            genesis, rules, new StoredState(store, members), head.Header, head.Hash, Recovery.Log(store),
            _contracts);
        _snapshots = new SnapshotKeeper(store, (ulong)config.SnapshotIntervalBlocks);
        _execution = new ExecutionStage(new ExecutionCore(
            executor, store, new BlockWriterThread(store), pool, chain, certified, metrics, () => journal.Sequence,
            loggers.CreateLogger<ExecutionCore>())
        {
            Committed = _snapshots.OnCommitted,
            Recent = recent,
        });

        var sets = new EpochSets(store);
        var ends = new EpochEnds(store);
        _driver = new ConsensusDriver(
            ports => new ConsensusCore(
                epoch, () => EpochParts.Open(store, votes, signer), pool, rules, chain, journal, certified, ports, clock,
                metrics, loggers.CreateLogger<ConsensusCore>())
            {
                // Fewer than four validators tolerate no fault, lost votes included, and certify nothing without each of
                // them: they would wait for ever.
                Probation = mayHaveLostVotes && epoch.Validators.Quorum.Faults > 0
                    ? new Probation(epoch.Base, (ulong)genesis.Parameters.Window)
                    : null,
            },
            genesis.Channel, epochs, admission, _execution,
            new FaultRecorder(store, sets.Find, ends, metrics, loggers.CreateLogger<FaultRecorder>()), _network, clock,
            metrics);
        _gossip = new Gossip(_network, epochs, admission, pool, clock);
        SyncService.Serve(store, chain, pool, _snapshots, _network, gate, recent);
        _network.HandleRequests(
            LedgerProtocols.Audit, gate.Guard(new AuditResponder(store, chain, clock).AnswerAsync));
        var verifier = new RangeVerifier(
            genesis, rules, () => chain.Members, sets.Find, Environment.ProcessorCount);
        _sync = new BlockSync(
            _network, peers.Sources(epochs), verifier, CatchUpOptions.For(genesis.Parameters), chain, _execution,
            clock, metrics, loggers.CreateLogger<BlockSync>());
        var policy = new JoinPolicy(config, store, _network, () => peers.Sources(epochs), clock);
        _driver.SyncNeeded += target =>
        {
            if (mayJoin && policy.ShouldAsk()) _ = JoinOrSyncAsync(policy, target);
            else if (Volatile.Read(ref _deciding) == 0) _sync.Request(target);
        };
        _driver.ChainRestored += () => _ = _chainRestored.CancelAsync();
        epochs.Begun += _ => _sync.SetPeers(peers.Sources(epochs));
        epochs.NextKnown += _ => _sync.SetPeers(peers.Sources(epochs));
        _inquiry = new DivergenceInquiry(store, recent, _network, () => epochs.Validators);
        _backfill = new CertificateBackfill(
            store, chain, _network, () => epochs.Validators.Others, sets, clock, metrics,
            loggers.CreateLogger<CertificateBackfill>());
        _janitor = new PoolJanitor(pool, outcomes, clock);
        _clocks = new ClockWatch(
            _network, epochs, genesis.Parameters.MaxClockDriftMilliseconds, clock,
            loggers.CreateLogger<ClockWatch>());
        _clocks.AddGauges(metrics.Meter);
        DiskGauge.Add(metrics.Meter, config.Resolve(config.Data));
        NodeGauges.Add(metrics.Meter, _driver, chain, pool, store);

        Submission = new SubmissionApi(admission, pool, store, chain, outcomes);
        Evidence = new EvidenceApi(store, chain, ends);
        Chain = new ChainApi(store, chain, ends);
        Attestations = new AttestationApi(store, chain, signer);
        Contracts = new ContractApi(store, chain, ends, members, _queries, metrics);
        Faults = new FaultApi(store.Faults);
        Genesis = new GenesisApi(genesis);
        Status = new StatusApi(genesis, epochs, _driver, chain, pool, _network, clock, _clocks);
    }

    /// <summary>The block that this node's history begins after; null when it holds the whole.</summary>
    public BlockHeight? Base => _store.Base;

    public SubmissionApi Submission { get; }

    public EvidenceApi Evidence { get; }

    public ChainApi Chain { get; }

    public AttestationApi Attestations { get; }

    public ContractApi Contracts { get; }

    public FaultApi Faults { get; }

    public GenesisApi Genesis { get; }

    public StatusApi Status { get; }

    INodeStatus INode.Status => Status;

    public MemberDirectory Members => _chain.Members;

    public void Map(IEndpointRouteBuilder routes)
    {
        LedgerService.Map(routes, Submission, Evidence, Chain, Contracts, Genesis, Attestations, Status);
        AuditService.Map(routes, Faults, AuditService.RefuseReport);
        RestApi.Map(routes, new RestHandlers(
            Submission, Evidence, Chain, Contracts, Genesis, Attestations, Faults, AuditService.RefuseReport, Status,
            _store.Genesis.Suite));
    }

    /// <summary>Opens a node's databases and prepares everything; nothing runs yet.</summary>
    /// <exception cref="ConfigurationException">Something does not fit together; the message says what.</exception>
    /// <exception cref="StorageException">A database cannot be opened.</exception>
    /// <exception cref="JoinPendingException">A snapshot is partly installed: <see cref="NodeJoin"/> goes on with
    /// it.</exception>
    public static LedgerNode Open(
        NodeConfig config,
        Genesis genesis,
        ILoggerFactory loggers,
        IMeterFactory meters,
        TimeProvider time,
        PeerNetworkFactory network,
        bool mayJoin = true,
        ContractEngines? engines = null)
    {
        var signer = NodeFiles.LoadKey(config);
        var data = NodeFiles.MakeDataFolder(config);
        var cache = new BlockCache(NodeFiles.CacheBytes);
        LedgerStore? store = null;
        VoteLog? votes = null;
        try
        {
            store = LedgerStore.Open(new StorageOptions { Path = Path.Combine(data, "chain"), Cache = cache }, genesis);
            votes = VoteLog.Open(Path.Combine(data, "votes"), cache);
            if (store.InstallProgress is not null) throw new JoinPendingException();
            Recovery.EnsureGenesis(store);
            Recovery.EnsureCertificate(store, votes);
            if (config.Role == NodeConfig.ValidatorRole && !Recovery.WasValidator(store, signer.PublicKey.Id))
            {
                throw new ConfigurationException(
                    $"the key {config.Key} is not one of a validator of this channel; role '{NodeConfig.CandidateRole}' "
                    + "is for a node that is to become one");
            }

            return new LedgerNode(cache, store, votes, config, signer, loggers, meters, time, network, mayJoin,
                engines ?? ContractEngines.None);
        }
        catch
        {
            votes?.Dispose();
            store?.Dispose();
            cache.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs until cancelled, or until the node is to begin from a snapshot: then it is to be disposed, joined
    /// (<see cref="NodeJoin"/>) and opened again; or until a chain that was lost is back: then it is to be disposed and
    /// opened again. Throws when a stage fails: the process must then end. Every loop has ended when this returns.
    /// </summary>
    public async Task<NodeEnd> RunAsync(CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _joinWanted.Token, _chainRestored.Token);
        try
        {
            await NodeNetwork.StartAsync(_network, _peerListen, stop).ConfigureAwait(false);
            _execution.Start(_driver);
            _driver.Start();
            LogStarted(_store.Genesis.ChannelName, _store.Watermark!.Height.Value);
            await TaskGroup.RunAsync(
                [
                    _driver.Completion.WaitAsync,
                    _execution.Completion.WaitAsync,
                    _driver.RunAsync,
                    _gossip.RunAsync,
                    _sync.RunAsync,
                    _backfill.RunAsync,
                    _janitor.RunAsync,
                    _clocks.RunAsync,
                ],
                either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // As asked.
        }
        catch (DivergenceException e)
        {
            throw new DivergenceException(
                e.Message + await _inquiry.AskAsync(e, stop).ConfigureAwait(false), e);
        }

        if (stop.IsCancellationRequested) return NodeEnd.Stopped;
        return _joinWanted.IsCancellationRequested ? NodeEnd.JoinFromSnapshot : NodeEnd.ChainRestored;
    }

    /// <inheritdoc/>
    public void AbandonDatabases() => _abandoned = true;

    /// <summary>
    /// Closes the databases, after everything in the node that uses them: <see cref="RunAsync"/> must have ended, and
    /// nobody must call the APIs any more.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync().ConfigureAwait(false);
        await _driver.DisposeAsync().ConfigureAwait(false);
        await _sync.DisposeAsync().ConfigureAwait(false);
        await _execution.DisposeAsync().ConfigureAwait(false);
        if (_queries is not null) await _queries.DisposeAsync().ConfigureAwait(false);
        _contracts?.Dispose();
        if (_abandoned) return;
        _snapshots.Dispose();
        _votes.Dispose();
        _store.Dispose();
        _cache.Dispose();
        _joinWanted.Dispose();
        _chainRestored.Dispose();
    }

    // Blocks are not fetched meanwhile: they would make a node without history one with some.
    private async Task JoinOrSyncAsync(JoinPolicy policy, BlockHeight target)
    {
        Volatile.Write(ref _deciding, 1);
        try
        {
            if (await policy.AskAsync(_joinWanted.Token).ConfigureAwait(false))
                await _joinWanted.CancelAsync().ConfigureAwait(false);
            else _sync.Request(target);
        }
        finally
        {
            Volatile.Write(ref _deciding, 0);
        }
    }

    [LoggerMessage(4100, LogLevel.Information, "Node of channel {Channel} started at block {Height}.")]
    private partial void LogStarted(string channel, ulong height);
}
