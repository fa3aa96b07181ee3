namespace Ledger.Network;

/// <summary>Takes one frame; the bytes are the handler's to keep, and nobody changes them afterwards.</summary>
/// <remarks>
/// Frames of one peer and protocol come in order and one at a time: the next waits until the returned task ends, and if
/// that takes long the sender is held back, and drops. A handler must not block: it may run on the thread that reads
/// the connection. What it throws is logged, and the frame counts as handled.
/// </remarks>
public delegate ValueTask FrameHandler(PeerId from, ReadOnlyMemory<byte> frame, CancellationToken stop);

/// <summary>
/// Answers one request. <see cref="RequestRefusedException"/> refuses it; anything else that is thrown does too, and counts
/// as a fault of this node's. The reason stays in this node's log.
/// </summary>
public delegate ValueTask<ReadOnlyMemory<byte>> RequestHandler(
    PeerId from, ReadOnlyMemory<byte> request, CancellationToken stop);

/// <summary>
/// Authenticated messages between the nodes of a consortium. Delivery is not promised: a frame may be lost whenever a
/// connection is, so protocols repeat what matters. Frames of one peer and protocol keep their order on one connection.
/// </summary>
/// <remarks>All members are safe for every thread.</remarks>
public interface IPeerNetwork : IAsyncDisposable
{
    /// <summary>
    /// A peer can be sent to from now on. Events of one peer come in order, never two at once; a frame of the peer may be
    /// handled before its event.
    /// </summary>
    event EventHandler<PeerEventArgs>? PeerConnected;

    /// <summary>
    /// A connection ended, and frames under way may be lost; <see cref="PeerConnected"/> follows at once if another
    /// took its place.
    /// </summary>
    event EventHandler<PeerEventArgs>? PeerDisconnected;

    /// <summary>Who this node is.</summary>
    PeerId LocalPeer { get; }

    /// <summary>The configured peers and whoever else is connected.</summary>
    IReadOnlyCollection<PeerStatus> Peers { get; }

    /// <summary>Begins to listen and to dial, and keeps at it until disposed.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the peers to keep a connection with: new ones are dialled, at another address anew, and the others are
    /// dialled no more. Who may connect is a question to the allow-list: whoever it refuses loses the connection soon.
    /// </summary>
    void SetPeers(IReadOnlyList<PeerAddress> peers);

    /// <summary>
    /// Queues a frame and returns soon: the caller's thread may be lent to the socket, and waits for nothing. The bytes are
    /// not copied, so they must not change afterwards. False means that the frame was dropped: the peer is not connected,
    /// its queue is full, or the frame exceeds the size limit.
    /// </summary>
    bool TrySend(PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> frame);

    /// <summary>Receives the frames of a protocol. Once per protocol, before <see cref="StartAsync"/>.</summary>
    void Handle(ProtocolId protocol, FrameHandler handler);

    /// <summary>Asks a peer and awaits its answer.</summary>
    /// <exception cref="PeerRequestException">There is no answer.</exception>
    Task<ReadOnlyMemory<byte>> RequestAsync(
        PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> request, CancellationToken cancellationToken);

    /// <summary>Answers the requests of a protocol. Once per protocol, before <see cref="StartAsync"/>.</summary>
    void HandleRequests(ProtocolId protocol, RequestHandler handler);
}
