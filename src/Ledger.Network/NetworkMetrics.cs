using System.Diagnostics.Metrics;
using Ledger.Network.Muxing;
using Ledger.Network.Security;

namespace Ledger.Network;

/// <summary>Why a frame was not sent: the metric's tag.</summary>
internal enum DropReason
{
    NotConnected,
    QueueFull,
    TooLarge,
    ProtocolUnsupported,
    ConnectionLost,
}

/// <summary>
/// The instruments of this project. Counters take whole batches, so that a frame costs no measurement.
/// </summary>
/// <remarks>Safe for every thread.</remarks>
internal sealed class NetworkMetrics
{
    public const string MeterName = "Ledger.Network";

    private readonly UpDownCounter<long> _peers;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _received;
    private readonly Counter<long> _framesSent;
    private readonly Counter<long> _framesReceived;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _disconnects;

    public NetworkMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _peers = meter.CreateUpDownCounter<long>("ledger.network.peers", "{peer}", "Peers connected now.");
        _sent = meter.CreateCounter<long>("ledger.network.sent", "By", "Bytes of frames sent to peers.");
        _received = meter.CreateCounter<long>("ledger.network.received", "By", "Bytes of frames received from peers.");
        _framesSent = meter.CreateCounter<long>("ledger.network.frames.sent", "{frame}", "Frames sent to peers.");
        _framesReceived = meter.CreateCounter<long>(
            "ledger.network.frames.received", "{frame}", "Frames received from peers.");
        _dropped = meter.CreateCounter<long>(
            "ledger.network.frames.dropped", "{frame}", "Frames that were never handed to a connection.");
        _refused = meter.CreateCounter<long>(
            "ledger.network.handshakes.refused", "{handshake}", "Connections that never became a peer.");
        _disconnects = meter.CreateCounter<long>(
            "ledger.network.disconnects", "{connection}", "Connections with peers that ended.");
    }

    public void PeerConnected() => _peers.Add(1);

    public void PeerDisconnected() => _peers.Add(-1);

    public void Sent(ProtocolId protocol, long frames, long bytes)
    {
        var tag = new KeyValuePair<string, object?>("ledger.protocol", protocol.Name);
        _framesSent.Add(frames, tag);
        _sent.Add(bytes, tag);
    }

    public void Received(ProtocolId protocol, long frames, long bytes)
    {
        var tag = new KeyValuePair<string, object?>("ledger.protocol", protocol.Name);
        _framesReceived.Add(frames, tag);
        _received.Add(bytes, tag);
    }

    public void Dropped(DropReason reason, long frames = 1) => _dropped.Add(frames, Tag(reason));

    public void Refused(HandshakeRefusal reason) => _refused.Add(1, Tag(reason));

    public void Disconnected(SessionEnd reason) => _disconnects.Add(1, Tag(reason));

    private static KeyValuePair<string, object?> Tag<TReason>(TReason reason)
        where TReason : struct, Enum => new("ledger.reason", Names<TReason>.Of(reason));

    /// <summary>The tag of each reason, made once: <c>QueueFull</c> becomes <c>queue_full</c>.</summary>
    private static class Names<TReason>
        where TReason : struct, Enum
    {
        private static readonly Dictionary<TReason, string> Known =
            Enum.GetValues<TReason>().ToDictionary(r => r, r => SnakeCase(r.ToString()));

        public static string Of(TReason reason) => Known[reason];

        private static string SnakeCase(string name) => string.Concat(
            name.Select((c, i) => (i > 0 && char.IsUpper(c) ? "_" : string.Empty) + char.ToLowerInvariant(c)));
    }
}
