using Ledger.Network.Muxing;
using Ledger.Network.Peers;

namespace Ledger.Network.Protocols;

/// <summary>libp2p ping: 32 bytes come back as they were, as often as the peer likes. libp2p specs, ping.</summary>
internal sealed class PingProtocol : IInboundProtocol
{
    public const int PayloadSize = 32;

    public static readonly ProtocolId Protocol = new("/ipfs/ping/1.0.0");

    public ProtocolId Id => Protocol;

    public async Task ServeAsync(PeerConnection connection, YamuxStream stream, CancellationToken stop)
    {
        var payload = new byte[PayloadSize];
        while (true)
        {
            var read = await stream.ReadAtLeastAsync(payload, PayloadSize, throwOnEndOfStream: false, stop)
                .ConfigureAwait(false);
            if (read < PayloadSize) return;
            await stream.WriteAsync(payload, stop).ConfigureAwait(false);
        }
    }
}
