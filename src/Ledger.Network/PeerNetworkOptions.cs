using System.Net;
using Ledger.Network.Muxing;
using Ledger.Network.Peers;

namespace Ledger.Network;

/// <summary>How a node meets its peers. Everything has a default but the peers themselves.</summary>
public sealed class PeerNetworkOptions
{
    /// <summary>Where to listen; null only dials. Port 0 lets the system choose.</summary>
    public IPEndPoint? ListenEndPoint { get; init; }

    /// <summary>The peers to keep a connection with. Defaults to none.</summary>
    public IReadOnlyList<PeerAddress> Peers { get; init; } = [];

    /// <summary>
    /// Who may connect: asked in each handshake, and again on every tick, so that a peer that loses its membership
    /// loses its connection. Called from many threads. Defaults to exactly the configured peers.
    /// </summary>
    public Func<PeerId, bool>? IsAllowed { get; init; }

    /// <summary>
    /// The largest frame sent or received. Defaults to 4 MiB: room for a stretch of blocks in one answer.
    /// </summary>
    public int MaxFrameBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// The largest request received. Defaults to 256 KiB: requests name things, responses carry them.
    /// </summary>
    public int MaxRequestBytes { get; init; } = 256 * 1024;

    /// <summary>What may wait for one peer, over all protocols. Defaults to 16 MiB: four of the largest frames.</summary>
    public int SendQueueBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many frames may wait for one peer and protocol. Defaults to 16384.</summary>
    public int SendQueueFrames { get; init; } = 16 * 1024;

    /// <summary>
    /// Starts when a peer's queue is found full; if the queue has not drained by half when it ends, the peer is
    /// disconnected. Defaults to 10 s: a pause of the garbage collector is over by then, a stuck peer is not.
    /// </summary>
    public TimeSpan SlowPeerLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the first byte of a connection to its last handshake message. Defaults to 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Handshakes of strangers at once; at the limit the oldest gives way, so that a flood of stalled ones cannot keep
    /// a peer out. Defaults to 32.
    /// </summary>
    public int MaxConcurrentHandshakes { get; init; } = 32;

    /// <summary>
    /// The first pause between two attempts to dial; it doubles with each failure. Defaults to 100 ms.
    /// </summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Where that pause stops growing. Defaults to 5 s, so that a peer that returns is found soon.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the peer with the larger id waits before it first dials, since the smaller one's connection would win
    /// anyway. Defaults to 500 ms.
    /// </summary>
    public TimeSpan DialPrecedence { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The tick on which peers are pinged and judged. Defaults to 1 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Starts with every byte received; when it ends the peer counts as dead. Defaults to 5 s: a few missed pings, yet
    /// soon enough that a vanished peer is dialled again before anybody asks.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The longest a request waits for its whole answer, and an answer for its reader. Defaults to 30 s.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Our requests to one peer at once; more wait for their turn. Defaults to 16.</summary>
    public int MaxConcurrentRequests { get; init; } = 16;

    /// <summary>
    /// Streams that one peer may have open to us at once; more are reset. Defaults to 64: a peer's requests, its
    /// message streams, and those that are just closing.
    /// </summary>
    public int MaxInboundStreams { get; init; } = 64;

    /// <summary>
    /// Bytes that a stream may receive ahead of its reader. Its quotient by the round trip bounds a stream's
    /// throughput. Defaults to 1 MiB: 20 MiB/s at 50 ms.
    /// </summary>
    public int ReceiveWindowBytes { get; init; } = 1024 * 1024;

    /// <summary>What identify tells others about this program.</summary>
    public string AgentVersion { get; init; } = "ledger/0.1";

    /// <summary>False leaves out the early agreement on the multiplexer, as older libp2p implementations do.</summary>
    internal bool OffersEarlyMuxer { get; init; } = true;

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(MaxFrameBytes is > 0 and <= 1 << 30, nameof(MaxFrameBytes), "must be between 1 byte and 1 GiB");
        Require(MaxRequestBytes is > 0 and <= 1 << 30, nameof(MaxRequestBytes), "must be between 1 byte and 1 GiB");
        Require(
            SendQueueBytes - MaxFrameBytes >= PeerConnection.FrameOverhead,
            nameof(SendQueueBytes),
            "must hold the largest frame");
        Require(SendQueueFrames > 0, nameof(SendQueueFrames), "must be positive");
        Require(MaxConcurrentHandshakes > 0, nameof(MaxConcurrentHandshakes), "must be positive");
        Require(MaxConcurrentRequests > 0, nameof(MaxConcurrentRequests), "must be positive");
        Require(MaxInboundStreams > 0, nameof(MaxInboundStreams), "must be positive");
        Require(
            ReceiveWindowBytes is >= YamuxLimits.InitialWindow and <= 1 << 30,
            nameof(ReceiveWindowBytes),
            "must be between 256 KiB, which yamux prescribes, and 1 GiB");
        Require(ReconnectDelay > TimeSpan.Zero, nameof(ReconnectDelay), "must be positive");
        Require(MaxReconnectDelay >= ReconnectDelay, nameof(MaxReconnectDelay), "must not be below ReconnectDelay");
        Require(DialPrecedence >= TimeSpan.Zero, nameof(DialPrecedence), "must not be negative");
        Require(HandshakeTimeout > TimeSpan.Zero, nameof(HandshakeTimeout), "must be positive");
        Require(RequestTimeout > TimeSpan.Zero, nameof(RequestTimeout), "must be positive");
        Require(SlowPeerLimit > TimeSpan.Zero, nameof(SlowPeerLimit), "must be positive");
        Require(PingInterval > TimeSpan.Zero, nameof(PingInterval), "must be positive");
        Require(IdleTimeout > PingInterval, nameof(IdleTimeout), "must exceed PingInterval");
        Require(
            Peers.Select(p => p.Peer).Distinct().Count() == Peers.Count, nameof(Peers), "must name each peer once");
        Require(Peers.All(p => p.Port is > 0 and <= 65535), nameof(Peers), "must have ports between 1 and 65535");
    }

    private static void Require(bool holds, string name, string rule)
    {
        if (!holds) throw new ArgumentException($"{name} {rule}.");
    }
}
