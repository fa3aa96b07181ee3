namespace Ledger.Network.Peers;

/// <summary>What went to and came from one peer, over all its connections. Safe for every thread.</summary>
internal sealed class PeerCounters
{
    private long _framesSent;
    private long _framesReceived;
    private long _bytesSent;
    private long _bytesReceived;
    private long _framesDropped;

    public long FramesSent => Interlocked.Read(ref _framesSent);

    public long FramesReceived => Interlocked.Read(ref _framesReceived);

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    public long FramesDropped => Interlocked.Read(ref _framesDropped);

    public void Sent(long frames, long bytes)
    {
        Interlocked.Add(ref _framesSent, frames);
        Interlocked.Add(ref _bytesSent, bytes);
    }

    public void Received(long frames, long bytes)
    {
        Interlocked.Add(ref _framesReceived, frames);
        Interlocked.Add(ref _bytesReceived, bytes);
    }

    public void Dropped() => Interlocked.Increment(ref _framesDropped);
}
