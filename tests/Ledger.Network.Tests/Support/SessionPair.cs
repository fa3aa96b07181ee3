using System.Threading.Channels;
using Ledger.Network.Muxing;

namespace Ledger.Network.Tests.Support;

/// <summary>Two yamux sessions over an in-memory connection.</summary>
internal sealed class SessionPair : IAsyncDisposable
{
    private readonly Task _running;

    public SessionPair(YamuxLimits? limits = null)
    {
        var (left, right) = DuplexStream.CreatePair();
        limits ??= new YamuxLimits();
        Dialer = new YamuxSession(left, isDialer: true, limits, Accepted.Writer.TryWrite, TimeProvider.System);
        Listener = new YamuxSession(right, isDialer: false, limits, Accepted.Writer.TryWrite, TimeProvider.System);
        _running = Task.WhenAll(Task.Run(Dialer.RunAsync), Task.Run(Listener.RunAsync));
    }

    public YamuxSession Dialer { get; }

    public YamuxSession Listener { get; }

    /// <summary>The streams that either side accepted.</summary>
    public Channel<YamuxStream> Accepted { get; } = Channel.CreateUnbounded<YamuxStream>();

    /// <summary>A stream from the dialer, and its other end.</summary>
    public async Task<(YamuxStream Opened, YamuxStream Accepted)> OpenAsync()
    {
        var opened = Dialer.Open();
        return (opened, await Accepted.Reader.ReadAsync().Within("the stream to be accepted"));
    }

    public async ValueTask DisposeAsync()
    {
        Dialer.Close(SessionEnd.Stopping);
        Listener.Close(SessionEnd.Stopping);
        await _running.Within("both sessions to end");
        Dialer.Dispose();
        Listener.Dispose();
    }
}
