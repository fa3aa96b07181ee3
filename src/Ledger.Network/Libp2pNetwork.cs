using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using Ledger.Network.Muxing;
using Ledger.Network.Peers;
using Ledger.Network.Protocols;
using Ledger.Network.Security;
using Ledger.Network.Streams;
using Microsoft.Extensions.Logging;

namespace Ledger.Network;

/// <summary>
/// The peer network on the libp2p wire protocols: TCP, multistream-select, TLS 1.3 with the libp2p certificate, yamux,
/// identify and ping. One connection for each pair of peers, dialled by both sides, kept for ever.
/// docs/spec/network.md.
/// </summary>
/// <remarks>
/// All members are safe for every thread. <see cref="IAsyncDisposable.DisposeAsync"/> returns when every socket is
/// closed and every task has ended.
/// </remarks>
public sealed class Libp2pNetwork : IPeerNetwork
{
    private const string ProtocolVersion = "ledger/1";

    // Connections are one per allowed peer, and briefly two; this only guards against an allow-list gone wrong.
    private const int MaxConnections = 1024;

    private readonly IPeerIdentity _identity;
    private readonly PeerServices _services;
    private readonly PeerTable _table;
    private readonly TaskGroup _loops;
    private readonly TaskGroup _connections;
    private readonly Func<PeerId, bool> _isAllowed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();

    // One for each peer to keep a connection with. Bound: the limit of the loops.
    private readonly Dictionary<PeerId, (PeerAddress Address, CancellationTokenSource Stop)> _dialers = [];
    private IReadOnlyList<PeerAddress> _peers;
    private SecureChannel? _channel;
    private Listener? _listener;
    private bool _isStarted;
    private bool _isDisposed;

    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public Libp2pNetwork(
        IPeerIdentity identity,
        PeerNetworkOptions options,
        ILogger<Libp2pNetwork> logger,
        IMeterFactory meters,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _identity = identity;
        var self = PeerId.FromPublicKey(identity.PublicKey);
        var configured = options.Peers.Select(p => p.Peer).ToHashSet();
        _isAllowed = options.IsAllowed ?? configured.Contains;
        _peers = options.Peers;
        _services = new PeerServices(
            self, options, new ProtocolTable(), new NetworkMetrics(meters), logger, time ?? TimeProvider.System);
        _table = new PeerTable(_services, _isAllowed);
        _connections = new TaskGroup(MaxConnections, e => NetworkLog.TaskFailed(logger, e));
        // A dialler for each peer, the listener, the ticks and the announcements.
        _loops = new TaskGroup(MaxConnections + 3, e => NetworkLog.TaskFailed(logger, e));
    }

    /// <inheritdoc/>
    public event EventHandler<PeerEventArgs>? PeerConnected;

    /// <inheritdoc/>
    public event EventHandler<PeerEventArgs>? PeerDisconnected;

    /// <inheritdoc/>
    public PeerId LocalPeer => _services.Self;

    /// <inheritdoc/>
    public IReadOnlyCollection<PeerStatus> Peers => _table.Statuses;

    /// <summary>Where this node listens, once started; null when it only dials.</summary>
    public IPEndPoint? ListenEndPoint => _listener?.EndPoint;

    /// <inheritdoc/>
    /// <exception cref="System.Net.Sockets.SocketException">The listening address is taken or not ours.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_isStarted) throw new InvalidOperationException("the network has started already");
            _isStarted = true;
        }

        AddOwnProtocols();
        var options = _services.Options;
        var channel = new SecureChannel(_identity, _isAllowed, _services.Time)
        {
            OffersEarlyMuxer = options.OffersEarlyMuxer,
        };
        if (options.ListenEndPoint is { } endPoint) Listen(channel, endPoint);
        lock (_gate)
        {
            _channel = channel;
            UpdateDialers();
        }

        _loops.TryRun(TickAsync);
        var (onConnected, onDisconnected) = (Raise(() => PeerConnected), Raise(() => PeerDisconnected));
        _loops.TryRun(() => _table.AnnounceAsync(onConnected, onDisconnected, _stop.Token));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void SetPeers(IReadOnlyList<PeerAddress> peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        lock (_gate)
        {
            if (_isDisposed) return;
            _peers = peers;
            _table.SetConfigured(peers.Select(p => p.Peer).ToHashSet());
            UpdateDialers();
        }

        _table.Wake();
    }

    /// <inheritdoc/>
    public bool TrySend(PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> frame)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (_table.Find(peer) is { } connection) return connection.TrySend(protocol, frame);
        _table.CountUnsent(peer);
        return false;
    }

    /// <inheritdoc/>
    public void Handle(ProtocolId protocol, FrameHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _services.Protocols.Add(
            new MessageProtocol(protocol, handler, _services.Options.MaxFrameBytes, _services.Logger));
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> RequestAsync(
        PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return await Connected(peer).RequestAsync(protocol, request, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void HandleRequests(ProtocolId protocol, RequestHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _services.Protocols.Add(new RequestProtocol(protocol, handler, _services.Options, _services.Logger));
    }

    /// <summary>Asks a peer by libp2p identify what it is.</summary>
    /// <exception cref="PeerRequestException">It is not connected, or does not say.</exception>
    public async Task<PeerDescription> IdentifyAsync(PeerId peer, CancellationToken cancellationToken)
    {
        var message = await ExchangeAsync(peer, IdentifyProtocol.Protocol, async stream =>
            IdentifyMessage.Decode(await FrameStream.ReadAsync(stream, IdentifyMessage.MaxSize, cancellationToken)
                .ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
        return new PeerDescription(peer, message.AgentVersion, message.ProtocolVersion, message.Protocols);
    }

    /// <summary>Measures a round trip to a peer by libp2p ping.</summary>
    /// <exception cref="PeerRequestException">It is not connected, or does not answer rightly.</exception>
    public Task<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken) =>
        ExchangeAsync(peer, PingProtocol.Protocol, async stream =>
        {
            var sent = RandomNumberGenerator.GetBytes(PingProtocol.PayloadSize);
            var echoed = new byte[sent.Length];
            var start = _services.Time.GetTimestamp();
            await stream.WriteAsync(sent, cancellationToken).ConfigureAwait(false);
            await stream.ReadExactlyAsync(echoed, cancellationToken).ConfigureAwait(false);
            if (sent.AsSpan().SequenceEqual(echoed)) return _services.Time.GetElapsedTime(start);
            throw new PeerRequestException(PeerRequestFailure.Malformed, $"{peer} sent back other bytes");
        }, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        _table.Wake();
        await _loops.WhenEmptyAsync().ConfigureAwait(false);
        foreach (var dialer in _dialers.Values) dialer.Stop.Dispose();
        foreach (var connection in _table.Connections) connection.Close(SessionEnd.Stopping);
        await _connections.WhenEmptyAsync().ConfigureAwait(false);
        _listener?.Dispose();
        _stop.Dispose();
    }

    private void AddOwnProtocols()
    {
        var protocols = _services.Protocols;
        protocols.Add(new PingProtocol());
        var message = new IdentifyMessage(
            _services.Options.AgentVersion,
            ProtocolVersion,
            [.. protocols.Names, IdentifyProtocol.Protocol.Name],
            LocalPeer.PublicKeyMessage);
        protocols.Add(new IdentifyProtocol(message, () => ListenEndPoint));
        protocols.Freeze();
    }

    private void Listen(SecureChannel channel, IPEndPoint endPoint)
    {
        var listener = new Listener(_services, channel, endPoint, _connections, ServeInboundAsync);
        _listener = listener;
        NetworkLog.Listening(_services.Logger, LocalPeer, listener.EndPoint);
        _loops.TryRun(() => listener.RunAsync(_stop.Token));
    }

    // Under the gate, once started and until disposed.
    private void UpdateDialers()
    {
        if (_channel is not { } channel) return;
        var wanted = _peers.Where(p => p.Peer != LocalPeer).ToDictionary(p => p.Peer);
        foreach (var (peer, dialer) in _dialers.ToList())
        {
            if (wanted.TryGetValue(peer, out var address) && address == dialer.Address) continue;
            _dialers.Remove(peer);
            dialer.Stop.Cancel();
            dialer.Stop.Dispose();
        }

        foreach (var address in wanted.Values.Where(a => !_dialers.ContainsKey(a.Peer)))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var dialer = new Dialer(
                _services, channel, _table.GetOrAdd(address.Peer), address, _isAllowed, AttachDialledAsync);
            var token = stop.Token;
            _dialers.Add(address.Peer, (address, stop));
            _loops.TryRun(() => dialer.RunAsync(token));
        }
    }

    // Runs for as long as the connection lives.
    private async Task ServeInboundAsync(SecuredConnection secured, IPEndPoint? remote)
    {
        var entry = _table.GetOrAdd(secured.Peer);
        using var connection = new PeerConnection(secured, isDialler: false, remote, entry.Counters, _services);
        if (_table.TryAttach(entry, connection))
        {
            await RunAsync(entry, connection).ConfigureAwait(false);
            return;
        }

        connection.Close(SessionEnd.Replaced);
        await connection.RunAsync().ConfigureAwait(false);
        _services.Metrics.Refused(HandshakeRefusal.Duplicate);
    }

    // Returns once the peer has accepted us; the connection goes on by itself.
    private async Task AttachDialledAsync(SecuredConnection secured, IPEndPoint? remote, CancellationToken stop)
    {
        var entry = _table.GetOrAdd(secured.Peer);
        var connection = new PeerConnection(secured, isDialler: true, remote, entry.Counters, _services);
        var isAttached = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_connections.TryRun(() => RunDialledAsync(entry, connection, isAttached.Task)))
        {
            await secured.Stream.DisposeAsync().ConfigureAwait(false);
            throw new HandshakeException(HandshakeRefusal.TooManyHandshakes, "too many connections");
        }

        try
        {
            // In TLS 1.3 the dialler's handshake ends before the other side has judged its certificate.
            connection.Session.SendPing();
            await connection.Session.Confirmed.WaitAsync(stop).ConfigureAwait(false);
            if (!_table.TryAttach(entry, connection))
                throw new HandshakeException(HandshakeRefusal.Duplicate, "another connection takes precedence");
            isAttached.SetResult(true);
        }
        catch (Exception e)
        {
            connection.Close(SessionEnd.Replaced);
            isAttached.SetResult(false);
            if (e is IOException) throw new HandshakeException(HandshakeRefusal.Closed, "refused there", e);
            throw;
        }
    }

    private async Task RunDialledAsync(PeerEntry entry, PeerConnection connection, Task<bool> isAttached)
    {
        using (connection)
        {
            await connection.RunAsync().ConfigureAwait(false);
            if (await isAttached.ConfigureAwait(false)) _table.Detach(entry, connection);
        }
    }

    private async Task RunAsync(PeerEntry entry, PeerConnection connection)
    {
        if (_stop.IsCancellationRequested) connection.Close(SessionEnd.Stopping);
        await connection.RunAsync().ConfigureAwait(false);
        _table.Detach(entry, connection);
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(_services.Options.PingInterval, _services.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                foreach (var connection in _table.Connections) connection.Tick(_isAllowed);
            }
        }
        catch (OperationCanceledException)
        {
            // The network is stopping.
        }
    }

    private PeerConnection Connected(PeerId peer) => _table.Find(peer)
        ?? throw new PeerRequestException(PeerRequestFailure.NotConnected, $"{peer} is not connected");

    private async Task<T> ExchangeAsync<T>(
        PeerId peer, ProtocolId protocol, Func<Stream, Task<T>> exchange, CancellationToken stop)
    {
        try
        {
            await using var stream = await Connected(peer).OpenAsync(protocol, stop).ConfigureAwait(false)
                ?? throw new PeerRequestException(
                    PeerRequestFailure.ProtocolUnsupported, $"{peer} does not speak {protocol}");
            return await exchange(stream).ConfigureAwait(false);
        }
        catch (WireException e)
        {
            throw new PeerRequestException(PeerRequestFailure.Malformed, e.Message, e);
        }
        catch (IOException e)
        {
            throw new PeerRequestException(PeerRequestFailure.Lost, e.Message, e);
        }
    }

    private Action<PeerId> Raise(Func<EventHandler<PeerEventArgs>?> handlers) => peer =>
    {
        try
        {
            handlers()?.Invoke(this, new PeerEventArgs(peer));
        }
        catch (Exception e)
        {
            // The edge of this project: a subscriber's bug must not end the announcements.
            NetworkLog.TaskFailed(_services.Logger, e);
        }
    };
}
