using System.Collections.Concurrent;
using System.Threading.Channels;
using Ledger.Network;

namespace Ledger.Testing.Network;

/// <summary>
/// An <see cref="IPeerNetwork"/> without sockets, with the same promises: bounded queues, order for each peer and
/// protocol, frames that may be lost. Each node handles its frames and events one at a time, on a task of its own. What a
/// handler throws ends that task and comes out of <see cref="DisposeAsync"/>, where a test sees it.
/// </summary>
public sealed class InMemoryNetwork : IPeerNetwork
{
    private const int InboxCapacity = 16 * 1024;

    private readonly InMemoryHub _hub;
    private readonly Dictionary<ProtocolId, FrameHandler> _handlers = [];
    private readonly Dictionary<ProtocolId, RequestHandler> _requestHandlers = [];
    private readonly ConcurrentDictionary<PeerId, PeerStatus> _peers = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Item> _inbox = Channel.CreateBounded<Item>(
        new BoundedChannelOptions(InboxCapacity) { SingleReader = true });

    private Task _handling = Task.CompletedTask;

    internal InMemoryNetwork(InMemoryHub hub, PeerId peer) => (_hub, LocalPeer) = (hub, peer);

    /// <inheritdoc/>
    public event EventHandler<PeerEventArgs>? PeerConnected;

    /// <inheritdoc/>
    public event EventHandler<PeerEventArgs>? PeerDisconnected;

    /// <inheritdoc/>
    public PeerId LocalPeer { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<PeerStatus> Peers => [.. _peers.Values];

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _hub.Start(this);
        _handling = Task.Run(HandleAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>Everybody who has started is connected with everybody else, whatever the peers.</remarks>
    public void SetPeers(IReadOnlyList<PeerAddress> peers) => ConfiguredPeers = peers;

    /// <summary>The peers that were last set; null when none were.</summary>
    public IReadOnlyList<PeerAddress>? ConfiguredPeers { get; private set; }

    /// <inheritdoc/>
    public bool TrySend(PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> frame)
    {
        if (_hub.Reach(LocalPeer, peer) is not { } other) return Drop(peer);
        var arrives = _hub.Filter?.Invoke(LocalPeer, peer, protocol, frame) ?? true;
        if (arrives && !other._inbox.Writer.TryWrite(new Item(LocalPeer, protocol, frame, null)))
            return Drop(peer);
        Count(peer, s => s with { FramesSent = s.FramesSent + 1, BytesSent = s.BytesSent + frame.Length });
        return true;
    }

    /// <inheritdoc/>
    public void Handle(ProtocolId protocol, FrameHandler handler) => _handlers.Add(protocol, handler);

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> RequestAsync(
        PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        var other = _hub.Reach(LocalPeer, peer)
            ?? throw new PeerRequestException(PeerRequestFailure.NotConnected, $"{peer} is not connected");
        if (!other._requestHandlers.TryGetValue(protocol, out var handler))
            throw new PeerRequestException(PeerRequestFailure.ProtocolUnsupported, $"{peer} does not speak {protocol}");
        try
        {
            var answer = Task.Run(() => handler(LocalPeer, request, other._stop.Token).AsTask(), cancellationToken);
            return await answer.WaitAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PeerRequestException(PeerRequestFailure.Lost, $"{peer} refused the request", e);
        }
    }

    /// <inheritdoc/>
    public void HandleRequests(ProtocolId protocol, RequestHandler handler) => _requestHandlers.Add(protocol, handler);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _hub.Stop(this);
        await _stop.CancelAsync();
        _inbox.Writer.TryComplete();
        await _handling;
    }

    /// <summary>Queues the news that a link came or went.</summary>
    internal void Announce(PeerId peer, bool connected)
    {
        _peers[peer] = _peers.GetValueOrDefault(peer, Unknown(peer)) with { IsConnected = connected };
        _inbox.Writer.TryWrite(new Item(peer, default, default, connected));
    }

    private static PeerStatus Unknown(PeerId peer) => new(peer, false, null, null, 0, 0, 0, 0, 0, 0);

    private bool Drop(PeerId peer)
    {
        Count(peer, s => s with { FramesDropped = s.FramesDropped + 1 });
        return false;
    }

    private void Count(PeerId peer, Func<PeerStatus, PeerStatus> change) =>
        _peers.AddOrUpdate(peer, p => change(Unknown(p)), (_, status) => change(status));

    private async Task HandleAsync()
    {
        try
        {
            await foreach (var item in _inbox.Reader.ReadAllAsync(_stop.Token)) await HandleAsync(item);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The node is stopping.
        }
    }

    private async ValueTask HandleAsync(Item item)
    {
        if (item.Connected is { } connected)
        {
            (connected ? PeerConnected : PeerDisconnected)?.Invoke(this, new PeerEventArgs(item.From));
        }
        else if (_handlers.TryGetValue(item.Protocol, out var handler))
        {
            Count(item.From, s => s with
            {
                FramesReceived = s.FramesReceived + 1,
                BytesReceived = s.BytesReceived + item.Frame.Length,
            });
            await handler(item.From, item.Frame.ToArray(), _stop.Token);
        }
    }

    /// <summary>A frame, or, where the flag is set, the news of a link.</summary>
    private readonly record struct Item(PeerId From, ProtocolId Protocol, ReadOnlyMemory<byte> Frame, bool? Connected);
}
