using Ledger.Network.Muxing;
using Ledger.Network.Streams;

namespace Ledger.Network.Tests.Support;

/// <summary>Yamux frames by hand over any stream.</summary>
internal sealed class RawWire(Stream stream)
{
    /// <summary>Sends one frame; the length is the body's unless given.</summary>
    public Task SendAsync(
        YamuxType type, YamuxFlags flags, uint id, ReadOnlyMemory<byte> body = default, uint? length = null)
    {
        var frame = new byte[YamuxHeader.Size + body.Length];
        new YamuxHeader(type, flags, id, length ?? (uint)body.Length).Write(frame);
        body.CopyTo(frame.AsMemory(YamuxHeader.Size));
        return SendRawAsync(frame);
    }

    public Task SendRawAsync(ReadOnlyMemory<byte> bytes) =>
        stream.WriteAsync(bytes).AsTask().Within("the other side to read");

    /// <summary>Opens a stream, proposes a protocol on it and sends bytes behind the proposal.</summary>
    public async Task OpenAsync(uint id, ProtocolId protocol, ReadOnlyMemory<byte> bytes)
    {
        await SendAsync(YamuxType.WindowUpdate, YamuxFlags.Syn, id);
        byte[] body = [.. Multistream.Opening(protocol.Name), .. bytes.Span];
        await SendAsync(YamuxType.Data, YamuxFlags.None, id, body);
    }

    /// <summary>The next frame; its body is skipped.</summary>
    public async Task<YamuxHeader> NextAsync()
    {
        var bytes = new byte[YamuxHeader.Size];
        await stream.ReadExactlyAsync(bytes).AsTask().Within("a frame");
        var header = YamuxHeader.Read(bytes);
        if (header.Type == YamuxType.Data)
            await stream.ReadExactlyAsync(new byte[header.Length]).AsTask().Within("the frame's body");
        return header;
    }

    /// <summary>Skips frames until one that fits.</summary>
    public async Task<YamuxHeader> UntilAsync(Func<YamuxHeader, bool> fits)
    {
        while (true)
        {
            var header = await NextAsync();
            if (fits(header)) return header;
        }
    }

    /// <summary>Reads and forgets until the other side closes the connection.</summary>
    public async Task UntilClosedAsync()
    {
        try
        {
            await stream.CopyToAsync(Stream.Null).Within("the other side to close");
        }
        catch (IOException)
        {
            // Closed with a reset, which is as good.
        }
    }
}
