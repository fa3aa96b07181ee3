using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Ledger.Client.Identity;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Api;
using Ledger.Node.Driver;
using Ledger.Node.Dissemination;
using Ledger.Node.Execution;
using Ledger.Node.Mempool;
using Ledger.Node.Observability;
using Ledger.Node.Options;
using Ledger.Node.Sync;
using Ledger.Node.Wire;
using Ledger.Storage;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Votes;

namespace Ledger.Node.Hosting;

/// <summary>
/// A validator of one channel: opens what is on disk, wires the stages together, runs them, and ends as a whole when
/// any of them fails. DESIGN section 5.
/// </summary>
internal sealed partial class LedgerNode : IAsyncDisposable
{
    // Upper levels of the trees and the filters of some ten million records; see StorageOptions.Cache.
    private const long CacheBytes = 32 << 20;

    private readonly BlockCache _cache;
    private readonly LedgerStore _store;
    private readonly VoteLog _votes;
    private readonly IPeerNetwork _network;
    private readonly ExecutionStage _execution;
    private readonly ConsensusDriver _driver;
    private readonly Gossip _gossip;
    private readonly BlockSync _sync;
    private readonly PoolJanitor _janitor;
    private readonly ILogger _logger;
    private readonly string _peerListen;

    private LedgerNode(
        BlockCache cache, LedgerStore store, VoteLog votes, NodeConfig config, ISigner signer,
        ILoggerFactory loggers, IMeterFactory meters, TimeProvider time, PeerNetworkFactory network)
    {
        (_cache, _store, _votes) = (cache, store, votes);
        _logger = loggers.CreateLogger<LedgerNode>();
        _peerListen = config.PeerListen;
        var genesis = store.Genesis;
        var clock = new NodeClock(time);
        var metrics = new NodeMetrics(meters);
        var rules = new TransactionRules(genesis);
        var members = new MemberDirectory(genesis.Members);
        var pool = new TransactionPool(new PoolOptions());
        var chain = new ChainView(store, members, Recovery.CertifiedHead(store), store.Watermark!.Height);
        var outcomes = new OutcomeHub();
        var certified = new CertifiedBlocks(store, chain, outcomes);
        foreach (var block in Recovery.Uncertified(store)) certified.Executed(block);
        var admission = new AdmissionService(rules, pool, chain, clock, metrics);
        Recovery.RestoreBodies(store, votes, pool, admission);

        var epoch = EpochParts.Open(store, votes, signer);
        var peers = new PeerBook(config, genesis.Suite);
        var epochs = new EpochView(epoch.Peers, Before(store, epoch.Validators.Epoch), peers.IsKnown);
        _network = network(new ValidatorIdentity(signer), NetworkOptions(config, peers, epochs, genesis.Parameters));
        epochs.Begun += validators => _network.SetPeers(peers.Addresses(validators));
        var journal = new VoteJournal(votes, pool, store);
        var head = store.Live.Blocks.Header(store.Watermark.Height)!;
        var executor = new BlockExecutor(
            genesis, rules, new StoredState(store, members), head.Header, head.Hash, Recovery.Log(store));
        _execution = new ExecutionStage(new ExecutionCore(
            executor, store, pool, chain, certified, metrics, () => journal.Sequence,
            loggers.CreateLogger<ExecutionCore>()));

        _driver = new ConsensusDriver(
            ports => new ConsensusCore(
                epoch, () => EpochParts.Open(store, votes, signer), pool, rules, chain, journal, certified, ports, clock,
                metrics, loggers.CreateLogger<ConsensusCore>()),
            genesis.Channel, epochs, admission, _execution, _network, clock, metrics);
        _gossip = new Gossip(_network, epochs, admission, pool, clock);
        SyncService.Serve(store, chain, pool, _network);
        var sets = new EpochSets(store);
        var verifier = new RangeVerifier(
            genesis, rules, () => chain.Members, sets.Find, Environment.ProcessorCount);
        _sync = new BlockSync(
            _network, peers.Sources(epoch.Peers), verifier, CatchUpOptions.For(genesis.Parameters), chain, _execution, clock,
            metrics, loggers.CreateLogger<BlockSync>());
        _driver.SyncNeeded += _sync.Request;
        epochs.Begun += next => _sync.SetPeers(peers.Sources(next));
        _janitor = new PoolJanitor(pool, outcomes, clock);
        NodeGauges.Add(metrics.Meter, _driver, chain, pool, store);

        Submission = new SubmissionApi(admission, pool, store, chain, outcomes);
        var ends = new EpochEnds(store);
        Evidence = new EvidenceApi(store, chain, ends);
        Chain = new ChainApi(store, chain, ends);
        Status = new StatusApi(genesis, epochs, _driver, chain, pool, _network, clock);
    }

    public SubmissionApi Submission { get; }

    public EvidenceApi Evidence { get; }

    public ChainApi Chain { get; }

    public StatusApi Status { get; }

    /// <summary>Opens a node's databases and prepares everything; nothing runs yet.</summary>
    /// <exception cref="ConfigurationException">Something does not fit together; the message says what.</exception>
    /// <exception cref="StorageException">A database cannot be opened.</exception>
    public static LedgerNode Open(
        NodeConfig config,
        Genesis genesis,
        ILoggerFactory loggers,
        IMeterFactory meters,
        TimeProvider time,
        PeerNetworkFactory network)
    {
        var signer = LoadKey(config);
        var data = config.Resolve(config.Data);
        try
        {
            Directory.CreateDirectory(data);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"data {data} cannot be made: {e.Message}", e);
        }

        var cache = new BlockCache(CacheBytes);
        LedgerStore? store = null;
        VoteLog? votes = null;
        try
        {
            store = LedgerStore.Open(new StorageOptions { Path = Path.Combine(data, "chain"), Cache = cache }, genesis);
            votes = VoteLog.Open(Path.Combine(data, "votes"), cache);
            Recovery.EnsureGenesis(store);
            if (config.Role == NodeConfig.ValidatorRole && !Recovery.WasValidator(store, signer.PublicKey.Id))
            {
                throw new ConfigurationException(
                    $"the key {config.Key} is not one of a validator of this channel; role '{NodeConfig.CandidateRole}' "
                    + "is for a node that is to become one");
            }

            return new LedgerNode(cache, store, votes, config, signer, loggers, meters, time, network);
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
    /// Runs until cancelled. Throws when a stage fails: the process must then end. Every loop has ended when this
    /// returns.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await StartNetworkAsync(stop).ConfigureAwait(false);
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
                    _janitor.RunAsync,
                ],
                stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As asked.
        }
    }

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
        _votes.Dispose();
        _store.Dispose();
        _cache.Dispose();
    }

    private async Task StartNetworkAsync(CancellationToken stop)
    {
        try
        {
            await _network.StartAsync(stop).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new ConfigurationException($"cannot listen for validators on {_peerListen}: {e.Message}", e);
        }
    }

    private static ISigner LoadKey(NodeConfig config)
    {
        try
        {
            var passphrase = config.KeyPassphraseFile is { } file
                ? File.ReadAllText(config.Resolve(file)).TrimEnd('\r', '\n')
                : null;
            return IdentityFile.Load(config.Resolve(config.Key), passphrase);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not IdentityFileException))
        {
            throw new ConfigurationException($"the key or its passphrase cannot be read: {e.Message}", e);
        }
    }

    private static PeerNetworkOptions NetworkOptions(
        NodeConfig config, PeerBook peers, EpochView epochs, ChannelParameters parameters)
    {
        var frame = Math.Max((int)parameters.MaxBlockBytes + (4 << 20), SyncMessages.MaxAnswerBytes(parameters));
        frame = Math.Max(16 << 20, frame);
        return new PeerNetworkOptions
        {
            ListenEndPoint = NodeConfig.Endpoint(config.PeerListen),
            Peers = peers.Addresses(epochs.Validators),
            IsAllowed = epochs.IsAllowed,
            // A new-view carries a quorum of view changes, each with the proposals of a window; an answer of sync
            // carries the largest block behind its soft limit.
            MaxFrameBytes = frame,
            SendQueueBytes = 3 * frame,
            MaxRequestBytes = 1 << 20,
        };
    }

    // The validators of the epoch before; null in epoch 0.
    private static ValidatorPeers? Before(LedgerStore store, Epoch epoch) =>
        epoch.Value > 0 && store.Live.Blocks.Validators(new Epoch(epoch.Value - 1)) is { } set
            ? new ValidatorPeers(set, null)
            : null;

    [LoggerMessage(4100, LogLevel.Information, "Node of channel {Channel} started at block {Height}.")]
    private partial void LogStarted(string channel, ulong height);
}
