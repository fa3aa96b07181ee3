using Ledger.Network.Muxing;
using Ledger.Network.Peers;
using Ledger.Network.Streams;
using Microsoft.Extensions.Logging;

namespace Ledger.Network.Protocols;

/// <summary>One request frame, one response frame, one stream for both.</summary>
internal sealed class RequestProtocol(ProtocolId id, RequestHandler handler, PeerNetworkOptions options, ILogger logger)
    : IInboundProtocol
{
    public ProtocolId Id => id;

    public async Task ServeAsync(PeerConnection connection, YamuxStream stream, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.RequestTimeout);
        var request = await FrameStream.ReadAsync(stream, options.MaxRequestBytes, limit.Token).ConfigureAwait(false);
        connection.CountReceived(id, 1, request.Length);

        if (await AnswerAsync(connection.Peer, request, limit.Token).ConfigureAwait(false) is not { } response)
        {
            stream.Reset();
            return;
        }

        // The answer's way to its reader has a limit of its own: the handler may have used up the first.
        limit.CancelAfter(options.RequestTimeout);
        await FrameStream.WriteAsync(stream, default, response, limit.Token).ConfigureAwait(false);
        connection.CountSent(id, 1, response.Length);
    }

    private async Task<ReadOnlyMemory<byte>?> AnswerAsync(PeerId peer, byte[] request, CancellationToken stop)
    {
        try
        {
            var response = await handler(peer, request, stop).ConfigureAwait(false);
            if (response.Length <= options.MaxFrameBytes) return response;
            NetworkLog.AnswerTooLarge(logger, peer, id, response.Length);
        }
        catch (RequestRefusedException refused)
        {
            NetworkLog.RequestRefused(logger, peer, id, refused.Message);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // The edge of this project: a handler's bug is its own, and must not cost the connection.
            NetworkLog.HandlerFailed(logger, peer, id, e);
        }

        return null;
    }
}
