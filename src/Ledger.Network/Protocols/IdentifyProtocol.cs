using System.Net;
using Ledger.Network.Muxing;
using Ledger.Network.Peers;
using Ledger.Network.Streams;

namespace Ledger.Network.Protocols;

/// <summary>
/// Tells a peer who we are and what we speak, for the diagnosis and for other libp2p implementations.
/// </summary>
internal sealed class IdentifyProtocol(IdentifyMessage message, Func<IPEndPoint?> listens) : IInboundProtocol
{
    public static readonly ProtocolId Protocol = new("/ipfs/id/1.0.0");

    public ProtocolId Id => Protocol;

    public Task ServeAsync(PeerConnection connection, YamuxStream stream, CancellationToken stop) =>
        FrameStream.WriteAsync(stream, default, message.Encode(listens(), connection.RemoteEndPoint), stop);
}
