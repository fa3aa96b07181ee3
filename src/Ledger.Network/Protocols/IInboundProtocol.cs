using Ledger.Network.Muxing;
using Ledger.Network.Peers;

namespace Ledger.Network.Protocols;

/// <summary>What to do with a stream that a peer opened and on which it proposed this protocol.</summary>
internal interface IInboundProtocol
{
    ProtocolId Id { get; }

    /// <summary>
    /// Serves the stream to its end; the caller disposes it. WireException closes the whole connection, IOException and
    /// cancellation reset the stream.
    /// </summary>
    Task ServeAsync(PeerConnection connection, YamuxStream stream, CancellationToken stop);
}
