using Ledger.Network;
using Ledger.Node.Hosting;
using Ledger.Node.Observability;
using Ledger.Storage;

namespace Ledger.Node.Sync;

/// <summary>
/// Runs <see cref="SnapshotJoin"/> on a thread of its own before the rest of the node exists: sends its requests and
/// installs what it hands out. A process that is killed meanwhile goes on from where the store was.
/// </summary>
internal sealed partial class SnapshotJoiner : IAsyncDisposable
{
    private const int QueueCapacity = 256;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly LedgerStore _store;
    private readonly ulong _voteSequence;
    private readonly IPeerNetwork _network;
    private readonly NodeClock _clock;
    private readonly NodeMetrics _metrics;
    private readonly ILogger _logger;
    private readonly LieLog _lies;
    private readonly SnapshotJoin _machine;
    private readonly StageThread<Input> _thread;
    private readonly List<JoinEffect> _effects = [];
    private readonly TaskCompletionSource<bool> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Requests under way. Owned by the thread. Bound: FetchOptions.MaxInFlight, and one of each peer.
    private readonly Dictionary<long, CancellationTokenSource> _asked = [];

    private CancellationToken _stop;
    private bool _started;

    public SnapshotJoiner(
        LedgerStore store, ulong voteSequence, IPeerNetwork network, IReadOnlyList<PeerId> peers, FetchOptions options,
        NodeClock clock, NodeMetrics metrics, ILogger<SnapshotJoiner> logger)
    {
        _store = store;
        _voteSequence = voteSequence;
        _network = network;
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
        _lies = new LieLog(logger, metrics);
        _machine = new SnapshotJoin(store.Genesis, peers, options, store.Installing, () => store.InstallProgress);
        _thread = new StageThread<Input>("ledger-join", QueueCapacity, 1, Process);
        // Others ask this node like any validator; it has nothing yet.
        network.HandleRequests(LedgerProtocols.Sync, (_, _, _) => new(ReadOnlyMemory<byte>.Empty));
    }

    /// <summary>
    /// Runs until the snapshot is whole (true), nobody offers one (false; then nothing of one is left in the store), or
    /// cancelled.
    /// </summary>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        _stop = stop;
        await _network.StartAsync(stop).ConfigureAwait(false);
        _thread.Start();
        using var timer = new PeriodicTimer(TickInterval, _clock.Provider);
        while (!_end.Task.IsCompleted && await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            if (_thread.Completion.IsFaulted) await _thread.Completion.ConfigureAwait(false);
            _thread.TryAdd(default);
        }

        return await _end.Task.ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _thread.DisposeAsync();

    private void Process(List<Input> inputs)
    {
        foreach (var (id, bytes) in inputs)
        {
            if (_end.Task.IsCompleted) return;
            var now = _clock.Elapsed;
            if (!_started) _machine.Start(now, _effects);
            else if (id == 0) _machine.Tick(now, _effects);
            else if (bytes is { } answer) _machine.Answered(id, answer, now, _effects);
            else _machine.Failed(id, now, _effects);
            _started = true;
            if (id != 0 && _asked.Remove(id, out var cancel)) cancel.Dispose();
            foreach (var effect in _effects) Perform(effect);
            _effects.Clear();
        }
    }

    private void Perform(JoinEffect effect)
    {
        switch (effect)
        {
            case JoinEffect.Ask ask:
                var cancel = CancellationTokenSource.CreateLinkedTokenSource(_stop);
                _asked.Add(ask.Id, cancel);
                _ = AskAsync(ask, cancel.Token);
                break;
            case JoinEffect.Forget forget:
                if (_asked.TryGetValue(forget.Id, out var late)) late.Cancel();
                break;
            case JoinEffect.Begin begin:
                _store.BeginInstall(begin.Snapshot);
                LogBegins(begin.Snapshot.Height.Value);
                break;
            case JoinEffect.State state:
                _store.InstallState(state.Range, state.Entries);
                break;
            case JoinEffect.Leaves leaves:
                _store.InstallLeaves(leaves.First, leaves.Installed);
                break;
            case JoinEffect.Remember remember:
                _store.InstallRemembered(remember.Blocks);
                break;
            case JoinEffect.Complete complete:
                _store.CompleteInstall(complete.Snapshot, _voteSequence);
                LogJoined(complete.Snapshot.Height.Value, complete.Snapshot.LeavesNeeded(_store.Genesis.Parameters));
                _end.SetResult(true);
                break;
            case JoinEffect.NothingOffered:
                if (_store.InstallProgress is not null) _store.AbandonInstall();
                LogNothing();
                _end.SetResult(false);
                break;
            case JoinEffect.PeerLied lied:
                _lies.Report(lied.Peer, lied.Fault, _clock.Elapsed);
                break;
        }
    }

    // Whatever becomes of a request, the machine hears of it.
    private async Task AskAsync(JoinEffect.Ask ask, CancellationToken cancel)
    {
        ReadOnlyMemory<byte>? answer = null;
        try
        {
            answer = await _network
                .RequestAsync(ask.Peer, LedgerProtocols.Sync, ask.Request.Encode(), cancel).ConfigureAwait(false);
            _metrics.SyncReceived(answer.Value.Length);
        }
        catch (Exception e) when (e is PeerRequestException or OperationCanceledException)
        {
            // Said below.
        }

        _thread.Add(new Input(ask.Id, answer));
    }

    [LoggerMessage(4022, LogLevel.Information, "Joining from the snapshot of block {Height}.")]
    private partial void LogBegins(ulong height);

    [LoggerMessage(
        4023, LogLevel.Information,
        "The snapshot of block {Height} is installed, with {Leaves} leaves of the log; this node's history begins there.")]
    private partial void LogJoined(ulong height, ulong leaves);

    [LoggerMessage(4024, LogLevel.Warning, "No validator offers a snapshot; executing the whole chain instead.")]
    private partial void LogNothing();

    /// <summary>An answer, no answer (null), or with id 0 that time passed.</summary>
    private readonly record struct Input(long Id, ReadOnlyMemory<byte>? Bytes);
}
