using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Sync;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;
using Ledger.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ledger.Node.Tests.Sync;

public sealed class BlockSyncTests : IAsyncLifetime, IDisposable
{
    private readonly InMemoryHub _hub = new();
    private readonly TestLedger _honest = new();
    private readonly TestLedger _ledger = new();
    private readonly ListLogger<BlockSync> _log = new();
    private readonly List<InMemoryNetwork> _networks = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Notices _notices = new();
    private ValidatorPeers _validators = null!;
    private ExecutionStage _execution = null!;
    private BlockSync _sync = null!;
    private Task _running = Task.CompletedTask;
    private int _honestAsked;

    public async Task InitializeAsync()
    {
        _validators = new ValidatorPeers(_ledger.Genesis.Validators, new ValidatorIndex(0));
        for (var i = 0; i < 4; i++)
            _honest.Add(Make.Transaction(_honest.Genesis, $"a-{i}"), Make.Transaction(_honest.Genesis, $"b-{i}", "org-b"));
        var own = Join(0);
        _execution = new ExecutionStage(new ExecutionCore(
            _ledger.Executor, _ledger.Store, new BlockWriterThread(_ledger.Store), _ledger.Pool, _ledger.Chain,
            _ledger.Certified, _ledger.Metrics, () => 0, NullLogger<ExecutionCore>.Instance));
        _execution.Start(_notices);
        var verifier = new RangeVerifier(
            _ledger.Genesis, _ledger.Rules, () => _ledger.Members, new EpochSets(_ledger.Store).Find, cores: 2);
        _sync = new BlockSync(
            own, _validators.Others, verifier, new CatchUpOptions(), _ledger.Chain, _execution,
            new NodeClock(TimeProvider.System), _ledger.Metrics, _log);
        await own.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var network in _networks) await network.DisposeAsync();
        await _sync.DisposeAsync();
        await _execution.DisposeAsync();
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _honest.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_node_that_is_behind_gets_the_chain()
    {
        await ServeHonestly(1);

        await Synced();

        Assert.Equal(_honest.Chain.Certified.Hash, _ledger.Chain.Certified.Hash);
        for (var height = 1UL; height <= 4; height++)
            Assert.NotNull(_ledger.Store.Live.Blocks.Certificate(new BlockHeight(height)));
        Assert.DoesNotContain(_log.Lines, l => l.Contains("refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Garbage_is_refused_and_the_next_peer_is_asked()
    {
        await Serve(1, _ => [0xff, 0xff, 0xff]);
        await ServeHonestly(2);

        await Synced();

        Assert.Contains(_log.Lines, l => l.Contains("not an answer of this protocol", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_peer_that_has_nothing_or_fails_is_passed_over()
    {
        await Serve(1, _ => []);
        await Serve(2, _ => throw new InvalidOperationException("no"));
        await ServeHonestly(3);

        await Synced();
    }

    [Fact]
    public async Task P6_what_is_executed_here_already_only_gains_its_certificate()
    {
        await ServeHonestly(1);
        foreach (var height in new[] { 1UL, 2UL })
            _ledger.Execute([.. _honest.Store.Live.Blocks.Block(new BlockHeight(height))!.Transactions]);

        await Synced();

        Assert.Equal(_honest.Chain.Certified.Hash, _ledger.Chain.Certified.Hash);
        Assert.NotNull(_ledger.Store.Live.Blocks.Certificate(new BlockHeight(1)));
    }

    [Fact]
    public async Task A_wish_that_is_fulfilled_already_asks_nobody()
    {
        await ServeHonestly(1);
        await Synced();
        var asked = _honestAsked;

        _sync.Request(new BlockHeight(4));
        _honest.Add(Make.Transaction(_honest.Genesis, "more"));
        _sync.Request(new BlockHeight(5));
        await Reached(5);

        Assert.Equal(1, _honestAsked - asked);
    }

    [Fact]
    public async Task Certificates_are_served_where_there_are_some()
    {
        await ServeHonestly(1);
        var request = new SyncRequest.Certificates(new BlockHeight(3), 10).Encode();

        var answer = await _networks[0].RequestAsync(
            _validators[new ValidatorIndex(1)], LedgerProtocols.Sync, request, CancellationToken.None);

        Assert.True(SyncMessages.TryDecodeCertificates(answer.Span, out var certificates));
        Assert.Equal([3UL, 4UL], certificates.Select(c => c.Height.Value));
    }

    [Fact]
    public async Task Transactions_of_a_proposal_are_served_from_the_pool_and_from_executed_blocks()
    {
        await ServeHonestly(1);
        var held = Make.Transaction(_honest.Genesis, "held");
        _honest.Admission.Admit(held.Encoded, Ledger.Node.Admission.AdmissionSource.Client, out _);
        // Executed there and certified by nobody: a block could not be served.
        var executed = Make.Transaction(_honest.Genesis, "executed");
        _honest.Execute(executed);
        var request = new SyncRequest.Transactions([held.Id, executed.Id, Hash256.Zero]).Encode();

        var answer = await _networks[0].RequestAsync(
            _validators[new ValidatorIndex(1)], LedgerProtocols.Sync, request, CancellationToken.None);

        Assert.True(TransactionMessages.TryDecodeBatch(answer, out var transactions));
        Assert.Equal(
            [held.Encoded.ToArray(), executed.Encoded.ToArray()], transactions.Select(t => t.ToArray()));
    }

    private InMemoryNetwork Join(int validator)
    {
        var network = _hub.Join(_validators[new ValidatorIndex(validator)]);
        _networks.Add(network);
        return network;
    }

    private async Task Serve(int validator, Func<ReadOnlyMemory<byte>, byte[]> answer)
    {
        var network = Join(validator);
        network.HandleRequests(LedgerProtocols.Sync, (_, request, _) => new(answer(request)));
        await network.StartAsync(CancellationToken.None);
    }

    private async Task ServeHonestly(int validator)
    {
        var network = new Counting(Join(validator), () => Interlocked.Increment(ref _honestAsked));
        SyncService.Serve(
            _honest.Store, _honest.Chain, _honest.Pool, new SnapshotKeeper(_honest.Store, 1000), network);
        await network.StartAsync(CancellationToken.None);
    }

    private void Start()
    {
        if (_running.IsCompleted) _running = _sync.RunAsync(_stop.Token);
    }

    private async Task Synced()
    {
        Start();
        _sync.Request(new BlockHeight(4));
        await Reached(4);
    }

    private async Task Reached(ulong height)
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        await _ledger.Chain.WaitAboveAsync(new BlockHeight(height - 1), limit.Token);
    }

    private sealed class Notices : IExecutionListener
    {
        public void OnExecuted(BlockHeight height, ReadOnlyMemory<byte> headerBytes)
        {
        }

        public void OnSynced(BlockHeight height, ReadOnlyMemory<byte> headerBytes, QuorumCertificate certificate)
        {
        }

        public void OnBodiesMissing(Ledger.Consensus.Messages.Proposal proposal)
        {
        }
    }

    /// <summary>Counts the requests that a node answers.</summary>
    private sealed class Counting(IPeerNetwork inner, Action count) : IPeerNetwork
    {
        public event EventHandler<PeerEventArgs>? PeerConnected
        {
            add => inner.PeerConnected += value;
            remove => inner.PeerConnected -= value;
        }

        public event EventHandler<PeerEventArgs>? PeerDisconnected
        {
            add => inner.PeerDisconnected += value;
            remove => inner.PeerDisconnected -= value;
        }

        public PeerId LocalPeer => inner.LocalPeer;

        public IReadOnlyCollection<PeerStatus> Peers => inner.Peers;

        public Task StartAsync(CancellationToken cancellationToken) => inner.StartAsync(cancellationToken);

        public void SetPeers(IReadOnlyList<PeerAddress> peers) => inner.SetPeers(peers);

        public bool TrySend(PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> frame) =>
            inner.TrySend(peer, protocol, frame);

        public void Handle(ProtocolId protocol, FrameHandler handler) => inner.Handle(protocol, handler);

        public Task<ReadOnlyMemory<byte>> RequestAsync(
            PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
            inner.RequestAsync(peer, protocol, request, cancellationToken);

        public void HandleRequests(ProtocolId protocol, RequestHandler handler) =>
            inner.HandleRequests(protocol, (peer, request, stop) =>
            {
                count();
                return handler(peer, request, stop);
            });

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
