namespace Ledger.Network;

/// <summary>What is known of one peer at one moment.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="IsConnected">Whether frames can be sent to it now.</param>
/// <param name="Since">When it last connected or disconnected; null before the first time.</param>
/// <param name="RoundTrip">The last measured round trip on the present connection.</param>
/// <param name="QueuedBytes">Bytes accepted for sending that have not been handed to the connection.</param>
/// <param name="FramesSent">Frames handed to a connection, over all connections.</param>
/// <param name="FramesReceived">Frames received, over all connections.</param>
/// <param name="BytesSent">Bytes of those frames.</param>
/// <param name="BytesReceived">Bytes of those frames.</param>
/// <param name="FramesDropped">Frames that were refused or lost before they were handed to a connection.</param>
public sealed record PeerStatus(
    PeerId Peer,
    bool IsConnected,
    DateTimeOffset? Since,
    TimeSpan? RoundTrip,
    long QueuedBytes,
    long FramesSent,
    long FramesReceived,
    long BytesSent,
    long BytesReceived,
    long FramesDropped);
