using System.Threading.Channels;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Accountability;
using Ledger.Node.Admission;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Observability;

namespace Ledger.Node.Driver;

/// <summary>
/// Gives <see cref="ConsensusCore"/> a thread of its own, the network, the clock's ticks, and somebody to ask for
/// transactions.
/// </summary>
internal sealed class ConsensusDriver : IExecutionListener, IConsensusPorts, IAsyncDisposable
{
    private const int QueueCapacity = 16_384;
    private const int MaxBatch = 256;

    private readonly ConsensusCore _core;
    private readonly ChannelId _channel;
    private readonly EpochView _epochs;
    private readonly TransactionFetch _fetch;
    private readonly ExecutionStage _execution;
    private readonly FaultRecorder _faults;
    private readonly IPeerNetwork _network;
    private readonly NodeClock _clock;
    private readonly StageThread<DriverInput> _thread;
    private readonly TickTimer _ticks;
    private readonly NodeMetrics _metrics;
    private readonly FetchQueue[] _fetches;
    private EpochInbox? _inbox;

    // Not 0 while an admission need not wake the driver: it is woken already, or would find nothing to do.
    private int _poolWakes;

    /// <param name="makeCore">Makes the core that works through this driver's ports.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="epochs">Where others look up the present epoch.</param>
    /// <param name="admission">Tells of new transactions, and takes in those that were fetched.</param>
    /// <param name="execution">Executes what is decided.</param>
    /// <param name="faults">Keeps what the replica finds out about others.</param>
    /// <param name="network">The network.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="metrics">The instruments.</param>
    public ConsensusDriver(
        Func<IConsensusPorts, ConsensusCore> makeCore,
        ChannelId channel,
        EpochView epochs,
        AdmissionService admission,
        ExecutionStage execution,
        FaultRecorder faults,
        IPeerNetwork network,
        NodeClock clock,
        NodeMetrics metrics)
    {
        _channel = channel;
        _epochs = epochs;
        _fetch = new TransactionFetch(network, admission);
        _execution = execution;
        _faults = faults;
        _network = network;
        _clock = clock;
        _metrics = metrics;
        _thread = new StageThread<DriverInput>("ledger-consensus", QueueCapacity, MaxBatch, Process);
        _ticks = new TickTimer(clock.Provider, () => _thread.TryAdd(ClockTick.Instance));
        _fetches = [.. Enum.GetValues<FetchLane>().Select(_ => new FetchQueue())];
        _core = makeCore(this);

        network.Handle(LedgerProtocols.Consensus, OnFrameAsync);
        admission.Admitted += (_, _) => WakeForPool();
    }

    /// <summary>Raised when others are ahead and voting cannot catch up; called on any thread, must not block.</summary>
    public event Action<BlockHeight>? SyncNeeded;

    /// <summary>
    /// Raised once when a chain that was lost has been fetched; called on the driver's thread, must not block.
    /// </summary>
    public event Action? ChainRestored;

    /// <summary>Faulted when the driver failed: the node must stop.</summary>
    public Task Completion => _thread.Completion;

    /// <summary>What others may know of the replica. Immutable snapshot.</summary>
    public ReplicaStatus Status => _core.Status;

    /// <summary>Starts the driver; <see cref="RunAsync"/> feeds it.</summary>
    public void Start() => _thread.Start();

    /// <summary>Feeds the driver with time and messages until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _ticks.Start();
        await using (_ticks.ConfigureAwait(false))
        {
            var fetching = Enum.GetValues<FetchLane>()
                .Select(lane => (Func<CancellationToken, Task>)(s => FetchAsync(lane, s)));
            await TaskGroup.RunAsync([.. fetching], stop).ConfigureAwait(false);
        }
    }

    public void OnExecuted(BlockHeight height, ReadOnlyMemory<byte> headerBytes) =>
        _thread.Add(new ReplicaInput(new Executed(height, headerBytes)));

    public void OnSynced(BlockHeight height, ReadOnlyMemory<byte> headerBytes, QuorumCertificate certificate) =>
        _thread.Add(new ReplicaInput(new Synced(height, headerBytes, certificate)));

    public void OnBodiesMissing(Proposal proposal) => _thread.Add(new BodiesMissing(proposal));

    public ValueTask DisposeAsync() => _thread.DisposeAsync();

    void IConsensusPorts.Send(ValidatorIndex to, ConsensusMessage message) =>
        _network.TrySend(_epochs.Validators[to], LedgerProtocols.Consensus, message.Encode());

    void IConsensusPorts.SendTo(PeerId peer, ConsensusMessage message) =>
        _network.TrySend(peer, LedgerProtocols.Consensus, message.Encode());

    void IConsensusPorts.BeginEpoch(EpochParts epoch)
    {
        Volatile.Write(ref _inbox, new EpochInbox(epoch, _channel, _metrics));
        _epochs.Begin(epoch.Peers);
    }

    void IConsensusPorts.ExpectEpoch(ValidatorPeers next) => _epochs.Expect(next);

    void IConsensusPorts.Broadcast(ConsensusMessage message)
    {
        var frame = message.Encode();
        foreach (var peer in _epochs.Validators.Others) _network.TrySend(peer, LedgerProtocols.Consensus, frame);
    }

    void IConsensusPorts.Execute(Proposal proposal) => _execution.Request(new ExecuteProposal(proposal));

    void IConsensusPorts.RetryExecution() => _execution.Request(RetryExecution.Instance);

    void IConsensusPorts.FetchTransactions(
        FetchLane lane, long search, ValidatorIndex from, IReadOnlySet<Hash256> ids) =>
        _fetches[(int)lane].Add(new FetchRequest(search, _epochs.Validators[from], ids));

    void IConsensusPorts.ReportFault(FaultEvidence evidence) => _faults.Record(evidence, _epochs.Validators.Set);

    void IConsensusPorts.OnChainRestored() => ChainRestored?.Invoke();

    void IConsensusPorts.RequestSync(BlockHeight atLeast) => SyncNeeded?.Invoke(atLeast);

    private void Process(List<DriverInput> inputs)
    {
        // Whatever is admitted from here on wakes the driver once more, unless nothing can come of it. A full fence: who
        // does not see this has admitted what the core is about to see.
        Interlocked.Exchange(ref _poolWakes, 0);
        _core.Process(inputs);
        if (!_core.AwaitsTransactions) Volatile.Write(ref _poolWakes, 1);
        _ticks.RestFor(_core.RestUntil - _clock.Elapsed);
    }

    // Frames of one peer come in order, and on a thread that must not wait: while the driver's queue is full, another waits
    // in its place, and that peer is held back.
    private ValueTask OnFrameAsync(PeerId from, ReadOnlyMemory<byte> frame, CancellationToken stop)
    {
        var input = Volatile.Read(ref _inbox)!.Take(from, frame);
        return input is null || _thread.TryAdd(input) ? default : new ValueTask(Task.Run(() => _thread.Add(input), stop));
    }

    // One wake-up in the queue is enough for any number of admissions.
    private void WakeForPool()
    {
        if (Interlocked.Exchange(ref _poolWakes, 1) == 0 && !_thread.TryAdd(PoolWake.Instance))
            Volatile.Write(ref _poolWakes, 0);
    }

    private async Task FetchAsync(FetchLane lane, CancellationToken stop)
    {
        await foreach (var request in _fetches[(int)lane].Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            await _fetch.RunAsync(request.From, request.Ids, stop).ConfigureAwait(false);
            _thread.Add(new TransactionsFetched(lane, request.Search));
        }
    }

    private sealed record FetchRequest(long Search, PeerId From, IReadOnlySet<Hash256> Ids);

    /// <summary>The requests of a lane. The core has one at a time; a newer one is of a newer search.</summary>
    private sealed class FetchQueue
    {
        private readonly Channel<FetchRequest> _requests = Channel.CreateBounded<FetchRequest>(
            new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

        public ChannelReader<FetchRequest> Reader => _requests.Reader;

        public void Add(FetchRequest request) => _requests.Writer.TryWrite(request);
    }
}
