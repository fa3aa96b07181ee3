using Ledger.Network.Muxing;
using Ledger.Network.Peers;
using Ledger.Network.Streams;
using Microsoft.Extensions.Logging;

namespace Ledger.Network.Protocols;

/// <summary>One-way frames: reads them off the stream as they come and hands each to the handler.</summary>
internal sealed class MessageProtocol(ProtocolId id, FrameHandler handler, int maxFrameBytes, ILogger logger)
    : IInboundProtocol
{
    private const int ReadBuffer = 32 * 1024;

    public ProtocolId Id => id;

    public async Task ServeAsync(PeerConnection connection, YamuxStream stream, CancellationToken stop)
    {
        connection.ClaimMessageStream(id, stream);
        // Frames reach the handler on the thread that decrypted them: no hop through the thread pool for each batch.
        stream.ReadsInline = true;
        var decoder = new FrameDecoder(maxFrameBytes);
        var buffer = new byte[ReadBuffer];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, stop).ConfigureAwait(false);
            if (read == 0) break;

            long frames = 0;
            long bytes = 0;
            var input = buffer.AsMemory(0, read);
            while (TryRead(decoder, ref input, out var frame))
            {
                frames++;
                bytes += frame.Length;
                var handling = HandOver(connection.Peer, frame, stop);
                if (!handling.IsCompletedSuccessfully)
                    await AwaitAsync(handling, connection.Peer, stop).ConfigureAwait(false);
            }

            connection.CountReceived(id, frames, bytes);
        }

        if (!decoder.IsBetweenFrames) throw new WireException(WireFault.Truncated, "the stream ended inside a frame");
    }

    private static bool TryRead(FrameDecoder decoder, ref Memory<byte> input, out byte[] frame)
    {
        ReadOnlySpan<byte> rest = input.Span;
        var isWhole = decoder.TryRead(ref rest, out frame);
        input = input[(input.Length - rest.Length)..];
        return isWhole;
    }

    private ValueTask HandOver(PeerId peer, byte[] frame, CancellationToken stop)
    {
        try
        {
            return handler(peer, frame, stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // The edge of this project: a handler's bug is its own, and must not cost the connection.
            NetworkLog.HandlerFailed(logger, peer, id, e);
            return ValueTask.CompletedTask;
        }
    }

    private async ValueTask AwaitAsync(ValueTask handling, PeerId peer, CancellationToken stop)
    {
        try
        {
            await handling.ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            NetworkLog.HandlerFailed(logger, peer, id, e);
        }
    }
}
