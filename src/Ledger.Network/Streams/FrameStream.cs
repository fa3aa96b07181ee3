using System.Buffers;

namespace Ledger.Network.Streams;

/// <summary>Single frames over a stream, for exchanges of one question and one answer.</summary>
internal static class FrameStream
{
    private const int ReadBuffer = 16 * 1024;

    /// <summary>Reads exactly one frame.</summary>
    /// <exception cref="WireException">The frame is malformed, too large, or cut short.</exception>
    public static async Task<byte[]> ReadAsync(Stream stream, int maxBytes, CancellationToken stop)
    {
        var decoder = new FrameDecoder(maxBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBuffer);
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer, stop).ConfigureAwait(false);
                if (read == 0) throw new WireException(WireFault.Truncated, "the stream ended inside a frame");
                if (TryDecode(decoder, buffer.AsSpan(0, read), out var frame)) return frame;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Writes <paramref name="opening"/> and one frame behind it; small frames go out in a single piece.
    /// </summary>
    public static async Task WriteAsync(
        Stream stream, ReadOnlyMemory<byte> opening, ReadOnlyMemory<byte> frame, CancellationToken stop)
    {
        var inOnePiece = frame.Length <= ReadBuffer ? frame.Length : 0;
        var head = new byte[opening.Length + UVarint.MaxSize + inOnePiece];
        opening.CopyTo(head);
        var size = opening.Length + UVarint.Write(head.AsSpan(opening.Length), frame.Length);
        frame[..inOnePiece].CopyTo(head.AsMemory(size));
        await stream.WriteAsync(head.AsMemory(0, size + inOnePiece), stop).ConfigureAwait(false);
        await stream.WriteAsync(frame[inOnePiece..], stop).ConfigureAwait(false);
    }

    private static bool TryDecode(FrameDecoder decoder, ReadOnlySpan<byte> input, out byte[] frame) =>
        decoder.TryRead(ref input, out frame);
}
