using System.Threading.Channels;
using Ledger.Network.Muxing;

namespace Ledger.Network.Tests.Support;

/// <summary>A yamux session whose other side is the test, frame by frame. The test is the dialer.</summary>
internal sealed class RawSession : IAsyncDisposable
{
    private readonly DuplexStream _test;
    private readonly Task _running;

    public RawSession(YamuxLimits? limits = null, int capacity = 1024 * 1024)
    {
        (_test, var other) = DuplexStream.CreatePair(capacity);
        Session = new YamuxSession(
            other, isDialer: false, limits ?? new YamuxLimits(), Accepted.Writer.TryWrite, TimeProvider.System);
        _running = Task.Run(Session.RunAsync);
    }

    public YamuxSession Session { get; }

    public Channel<YamuxStream> Accepted { get; } = Channel.CreateUnbounded<YamuxStream>();

    /// <summary>Sends one frame; the length is the body's unless given.</summary>
    public async Task SendAsync(
        YamuxType type, YamuxFlags flags, uint id, ReadOnlyMemory<byte> body = default, uint? length = null)
    {
        var frame = new byte[YamuxHeader.Size + body.Length];
        new YamuxHeader(type, flags, id, length ?? (uint)body.Length).Write(frame);
        body.CopyTo(frame.AsMemory(YamuxHeader.Size));
        await _test.WriteAsync(frame).AsTask().Within("the session to read");
    }

    public Task SendRawAsync(ReadOnlyMemory<byte> bytes) =>
        _test.WriteAsync(bytes).AsTask().Within("the session to read");

    /// <summary>Opens a stream and answers the session's end of it.</summary>
    public async Task<YamuxStream> OpenAsync(uint id)
    {
        await SendAsync(YamuxType.WindowUpdate, YamuxFlags.Syn, id);
        return await Accepted.Reader.ReadAsync().Within("the stream to be accepted");
    }

    /// <summary>The next frame from the session; its body is skipped.</summary>
    public async Task<YamuxHeader> NextAsync()
    {
        var bytes = new byte[YamuxHeader.Size];
        await _test.ReadExactlyAsync(bytes).AsTask().Within("a frame from the session");
        var header = YamuxHeader.Read(bytes);
        if (header.Type == YamuxType.Data)
            await _test.ReadExactlyAsync(new byte[header.Length]).AsTask().Within("the frame's body");
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

    public async Task<SessionEnd?> WhenEndedAsync()
    {
        await _running.Within("the session to end");
        return Session.End;
    }

    public async ValueTask DisposeAsync()
    {
        Session.Close(SessionEnd.Stopping);
        await _running.Within("the session to end");
        Session.Dispose();
        await _test.DisposeAsync();
    }
}
