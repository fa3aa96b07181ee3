using Ledger.Contracts.Runtime;
using System.Diagnostics.Metrics;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Accountability;
using Ledger.Node.Admission;
using Ledger.Node.Api;
using Ledger.Node.Api.Rest;
using Ledger.Node.Audit;
using Ledger.Node.Contracts;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Mempool;
using Ledger.Node.Observability;
using Ledger.Node.Options;
using Ledger.Node.Sync;
using Ledger.Storage;
using Ledger.Storage.Audit;
using Ledger.Storage.RocksDb;

namespace Ledger.Node.Hosting;

/// <summary>
/// An audit node of one channel: follows certified blocks and executes each anew, watches every validator, and answers
/// from what it holds. It has no replica, no vote log and no way to admit a transaction; it sends requests and nothing
/// else. Ends as a whole when any of its parts fails.
/// </summary>
internal sealed partial class AuditNode : INode
{
    private readonly BlockCache _cache;
    private readonly LedgerStore _store;
    private readonly AuditStore _audit;
    private readonly EpochView _epochs;
    private readonly WatchRoster _watches;
    private readonly ChainView _chain;
    private readonly IPeerNetwork _network;
    private readonly ExecutionStage _execution;
    private readonly BlockSync _sync;
    private readonly AuditStatus _status;
    private readonly IContractRuntime? _contracts;
    private readonly QueryWorker? _queries;
    private readonly ILogger _logger;
    private readonly string _peerListen;
    private bool _abandoned;

    private AuditNode(
        BlockCache cache, LedgerStore store, AuditStore audit, NodeConfig config, ISigner signer, Observer self,
        ILoggerFactory loggers, IMeterFactory meters, TimeProvider time, PeerNetworkFactory network,
        ContractEngines engines)
    {
        (_cache, _store, _audit) = (cache, store, audit);
        _logger = loggers.CreateLogger<AuditNode>();
        _peerListen = config.PeerListen;
        var genesis = store.Genesis;
        _contracts = engines.Open(genesis, _logger);
        _queries = _contracts is null ? null : new QueryWorker(() => engines.Open(genesis)!);
        var clock = new NodeClock(time);
        var metrics = new NodeMetrics(meters);
        var rules = new TransactionRules(genesis);
        var members = new MemberDirectory(genesis.Members);
        var validators = new ValidatorPeers(Recovery.Epoch(store).Validators, null);
        _epochs = new EpochView(validators, Recovery.PeersBefore(store, validators.Set.Epoch));
        var sets = new EpochSets(store);
        var ends = new EpochEnds(store);

        // Stays empty: nothing is admitted here.
        var pool = new TransactionPool(new PoolOptions());
        var chain = new ChainView(store, members, Recovery.CertifiedHead(store), store.Watermark!.Height);
        _chain = chain;
        var certified = new CertifiedBlocks(store, chain, new OutcomeHub());
        foreach (var block in Recovery.Uncertified(store)) certified.Executed(block);
        var head = store.Live.Blocks.Header(store.Watermark.Height)!;
        var executor = new BlockExecutor(
            genesis, rules, new StoredState(store, members), head.Header, head.Hash, Recovery.Log(store),
            _contracts);
        _execution = new ExecutionStage(new ExecutionCore(
            executor, store, new BlockWriterThread(store), pool, chain, certified, metrics, () => 0,
            loggers.CreateLogger<ExecutionCore>()));
        var peers = new PeerBook(config, genesis.Suite);
        _network = network(new NodeIdentity(signer), NodeNetwork.Options(config, genesis, peers, _epochs));
        _epochs.Begun += next => _network.SetPeers(peers.Addresses(next));
        var verifier = new RangeVerifier(genesis, rules, () => chain.Members, sets.Find, Environment.ProcessorCount);
        _sync = new BlockSync(
            _network, validators.Others, verifier, CatchUpOptions.For(genesis.Parameters), chain, _execution, clock,
            metrics, loggers.CreateLogger<BlockSync>());
        _epochs.Begun += next => _sync.SetPeers(next.Others);

        var faults = new FaultRecorder(store, sets.Find, ends, metrics, loggers.CreateLogger<FaultRecorder>());
        var notes = new AuditNotes(audit, clock, metrics, loggers.CreateLogger<AuditNotes>());
        _watches = new WatchRoster(
            new WatchParts(store, audit, chain, _network, faults, notes, clock, sets.Find, ends, _sync.Request), _epochs);
        Reports = new AuditReportBuilder(store, audit, chain, rules, sets.Find, _watches, self, clock);
        _status = new AuditStatus(genesis, self, _epochs, _watches, chain, _network, clock);
        ChainGauges.Add(metrics.Meter, chain, store);

        Submission = new AuditSubmission(new TransactionOutcomes(pool, store, chain), _epochs);
        Evidence = new EvidenceApi(store, chain, ends);
        Chain = new ChainApi(store, chain, ends);
        Attestations = new AttestationApi(store, chain, null);
        Contracts = new ContractApi(store, chain, ends, members, _queries, metrics);
        Faults = new FaultApi(store.Faults);
        Genesis = new GenesisApi(genesis);
    }

    public AuditSubmission Submission { get; }

    public EvidenceApi Evidence { get; }

    public ChainApi Chain { get; }

    public AttestationApi Attestations { get; }

    public ContractApi Contracts { get; }

    public FaultApi Faults { get; }

    public GenesisApi Genesis { get; }

    public AuditReportBuilder Reports { get; }

    public INodeStatus Status => _status;

    public MemberDirectory Members => _chain.Members;

    /// <summary>Opens an audit node's databases and prepares everything; nothing runs yet.</summary>
    /// <exception cref="ConfigurationException">Something does not fit together; the message says what.</exception>
    /// <exception cref="StorageException">A database cannot be opened.</exception>
    public static AuditNode Open(
        NodeConfig config,
        Genesis genesis,
        ILoggerFactory loggers,
        IMeterFactory meters,
        TimeProvider time,
        PeerNetworkFactory network,
        ContractEngines? engines = null)
    {
        var signer = NodeFiles.LoadKey(config);
        var self = genesis.Observers.FirstOrDefault(o => o.Key.Id == signer.PublicKey.Id)
            ?? throw new ConfigurationException($"the key {config.Key} is not one of an observer of this channel");
        var data = NodeFiles.MakeDataFolder(config);
        var cache = new BlockCache(NodeFiles.CacheBytes);
        LedgerStore? store = null;
        AuditStore? audit = null;
        try
        {
            store = LedgerStore.Open(new StorageOptions { Path = Path.Combine(data, "chain"), Cache = cache }, genesis);
            audit = AuditStore.Open(Path.Combine(data, "audit"), cache);
            Recovery.EnsureGenesis(store);
            return new AuditNode(cache, store, audit, config, signer, self, loggers, meters, time, network,
                engines ?? ContractEngines.None);
        }
        catch
        {
            audit?.Dispose();
            store?.Dispose();
            cache.Dispose();
            throw;
        }
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        LedgerService.Map(routes, Submission, Evidence, Chain, Contracts, Genesis, Attestations, Status);
        AuditService.Map(routes, Faults, Reports.GetAuditReport);
        RestApi.Map(routes, new RestHandlers(
            Submission, Evidence, Chain, Contracts, Genesis, Attestations, Faults, Reports.GetAuditReport, Status,
            _store.Genesis.Suite));
    }

    public async Task<NodeEnd> RunAsync(CancellationToken stop)
    {
        try
        {
            await NodeNetwork.StartAsync(_network, _peerListen, stop).ConfigureAwait(false);
            _execution.Start(new EpochListener(_store, _epochs));
            LogStarted(_store.Genesis.ChannelName, _store.Watermark!.Height.Value, _watches.Watches.Count);
            await TaskGroup.RunAsync(
                [
                    _execution.Completion.WaitAsync,
                    _sync.RunAsync,
                    _watches.RunAsync,
                ],
                stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As asked.
        }

        return NodeEnd.Stopped;
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
        await _sync.DisposeAsync().ConfigureAwait(false);
        await _execution.DisposeAsync().ConfigureAwait(false);
        if (_queries is not null) await _queries.DisposeAsync().ConfigureAwait(false);
        _contracts?.Dispose();
        if (_abandoned) return;
        _audit.Dispose();
        _store.Dispose();
        _cache.Dispose();
    }

    [LoggerMessage(
        4101, LogLevel.Information,
        "Audit node of channel {Channel} started at block {Height}; it watches {Validators} validators.")]
    private partial void LogStarted(string channel, ulong height, int validators);

    /// <summary>Executed blocks are reported to a replica. Here is none: they only tell when an epoch begins.</summary>
    private sealed class EpochListener(LedgerStore store, EpochView epochs) : IExecutionListener
    {
        public void OnExecuted(BlockHeight height, ReadOnlyMemory<byte> headerBytes)
        {
        }

        public void OnSynced(BlockHeight height, ReadOnlyMemory<byte> headerBytes, QuorumCertificate certificate)
        {
            if (store.Live.Blocks.Header(height)!.Header.NextEpoch == epochs.Validators.Set.Epoch) return;
            epochs.Begin(new ValidatorPeers(Recovery.Epoch(store).Validators, null));
        }

        public void OnBodiesMissing(Proposal proposal)
        {
        }
    }
}
