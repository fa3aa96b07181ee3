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
        Wire = new RawWire(_test);
        _running = Task.Run(Session.RunAsync);
    }

    public YamuxSession Session { get; }

    public Channel<YamuxStream> Accepted { get; } = Channel.CreateUnbounded<YamuxStream>();

    public RawWire Wire { get; }

    /// <summary>Opens a stream and answers the session's end of it.</summary>
    public async Task<YamuxStream> OpenAsync(uint id)
    {
        await Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Syn, id);
        return await Accepted.Reader.ReadAsync().Within("the stream to be accepted");
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
