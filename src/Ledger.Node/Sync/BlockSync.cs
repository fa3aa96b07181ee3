using Ledger.Core.Blocks;
using Ledger.Network;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Observability;

namespace Ledger.Node.Sync;

/// <summary>
/// Catches up from other validators when voting cannot: runs <see cref="CatchUp"/> on a thread of its own, sends its
/// requests and hands its blocks to the execution stage, which computes them anew.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed partial class BlockSync : IAsyncDisposable
{
    // Answers, ticks and wishes. Answers are as few as the requests under way.
    private const int QueueCapacity = 256;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly IPeerNetwork _network;
    private readonly ChainView _chain;
    private readonly ExecutionStage _execution;
    private readonly NodeClock _clock;
    private readonly NodeMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CatchUp _machine;
    private readonly List<SyncEffect> _effects = [];
    private readonly StageThread<SyncInput> _thread;
    private readonly LieLog _lies;

    // Requests under way. Owned by the thread. Bound: FetchOptions.MaxInFlight.
    private readonly Dictionary<long, CancellationTokenSource> _asked = [];

    private CancellationToken _stop;

    public BlockSync(
        IPeerNetwork network,
        IReadOnlyList<PeerId> peers,
        RangeVerifier verifier,
        CatchUpOptions options,
        ChainView chain,
        ExecutionStage execution,
        NodeClock clock,
        NodeMetrics metrics,
        ILogger<BlockSync> logger)
    {
        _network = network;
        _chain = chain;
        _execution = execution;
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
        _lies = new LieLog(logger, metrics);
        _machine = new CatchUp(verifier, options, Head());
        _thread = new StageThread<SyncInput>("ledger-sync", QueueCapacity, 1, Process);
        SetPeers(peers);
    }

    /// <summary>Asks for the chain up to a height at least. Returns at once; wishes that find no room come again.</summary>
    public void Request(BlockHeight atLeast) => _thread.TryAdd(new SyncInput.Target(atLeast));

    /// <summary>Sets whom to ask: the validators of the present epoch, but for this node.</summary>
    public void SetPeers(IReadOnlyList<PeerId> peers) => _thread.Add(new SyncInput.Peers(peers));

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _stop = stop;
        _thread.Start();
        using var timer = new PeriodicTimer(TickInterval, _clock.Provider);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            if (_thread.Completion.IsFaulted) await _thread.Completion.ConfigureAwait(false);
            _thread.TryAdd(new SyncInput.Tick(Head()));
        }
    }

    public ValueTask DisposeAsync() => _thread.DisposeAsync();

    private ChainHead Head()
    {
        var certified = _chain.Certified;
        return ChainHead.Of(certified.Header, certified.Hash);
    }

    private void Process(List<SyncInput> inputs)
    {
        foreach (var input in inputs)
        {
            if (input is SyncInput.Answered answer) Release(answer.Id);
            else if (input is SyncInput.Failed failed) Release(failed.Id);
            _machine.Step(input, _clock.Elapsed, _effects);
            foreach (var effect in _effects) Perform(effect);
            _effects.Clear();
        }
    }

    private void Perform(SyncEffect effect)
    {
        switch (effect)
        {
            case SyncEffect.Ask ask:
                var cancel = CancellationTokenSource.CreateLinkedTokenSource(_stop);
                _asked.Add(ask.Id, cancel);
                _ = AskAsync(ask, cancel.Token);
                break;
            case SyncEffect.Forget forget:
                if (_asked.TryGetValue(forget.Id, out var late)) late.Cancel();
                break;
            case SyncEffect.Apply apply:
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _ = ReportAsync(done.Task);
                _execution.Request(new ApplyCertified(apply.Blocks, done));
                break;
            case SyncEffect.PeerLied lied:
                _lies.Report(lied.Peer, lied.Fault, _clock.Elapsed);
                break;
            case SyncEffect.CaughtUp caughtUp:
                LogCaughtUp(caughtUp.From.Value, caughtUp.To.Value);
                break;
        }
    }

    // Whatever becomes of a request, the machine hears of it.
    private async Task AskAsync(SyncEffect.Ask ask, CancellationToken cancel)
    {
        SyncInput input = new SyncInput.Failed(ask.Id);
        try
        {
            var answer = await _network
                .RequestAsync(ask.Peer, LedgerProtocols.Sync, ask.Request.Encode(), cancel).ConfigureAwait(false);
            _metrics.SyncReceived(answer.Length);
            input = new SyncInput.Answered(ask.Id, answer);
        }
        catch (Exception e) when (e is PeerRequestException or OperationCanceledException)
        {
            // Said below.
        }

        _thread.Add(input);
    }

    private async Task ReportAsync(Task done)
    {
        await done.ConfigureAwait(false);
        _thread.Add(new SyncInput.Applied());
    }

    private void Release(long id)
    {
        if (_asked.Remove(id, out var cancel)) cancel.Dispose();
    }

    [LoggerMessage(4020, LogLevel.Debug, "Caught up from block {From} to block {To} by fetching certified blocks.")]
    private partial void LogCaughtUp(ulong from, ulong to);
}
