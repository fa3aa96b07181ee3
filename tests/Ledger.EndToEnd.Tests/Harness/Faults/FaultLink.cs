namespace Ledger.EndToEnd.Tests.Harness.Faults;

/// <summary>
/// One direction between two nodes: what happens to bytes on their way. Set by a test, obeyed by whatever connections
/// there are. Safe for concurrent use.
/// </summary>
internal sealed class FaultLink
{
    private volatile TaskCompletionSource? _held;
    private long _delayTicks;
    private long _jitterTicks;
    private long _bytesPerSecond;
    private int _corrupt;
    private int _reset;
    private int _corrupted;
    private int _resets;

    /// <summary>Bits flipped so far.</summary>
    public int Corrupted => Volatile.Read(ref _corrupted);

    /// <summary>Connections torn down in the middle of a chunk so far.</summary>
    public int Resets => Volatile.Read(ref _resets);

    /// <summary>How long each byte takes. Bytes never overtake each other.</summary>
    public TimeSpan Delay
    {
        get => new(Volatile.Read(ref _delayTicks));
        set => Volatile.Write(ref _delayTicks, value.Ticks);
    }

    /// <summary>At most this is added to the delay, by chance.</summary>
    public TimeSpan Jitter
    {
        get => new(Volatile.Read(ref _jitterTicks));
        set => Volatile.Write(ref _jitterTicks, value.Ticks);
    }

    /// <summary>How many bytes pass in a second; 0 is no limit.</summary>
    public long BytesPerSecond
    {
        get => Volatile.Read(ref _bytesPerSecond);
        set => Volatile.Write(ref _bytesPerSecond, value);
    }

    /// <summary>
    /// Nothing passes any more and nobody is told: what a dead cable or a firewall that drops does to TCP. What was sent
    /// comes out when the link is released, as after retransmission.
    /// </summary>
    public void Hold() => _held ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Flips one bit of what passes next.</summary>
    public void CorruptOnce() => Volatile.Write(ref _corrupt, 1);

    /// <summary>Resets the connection in the middle of what passes next.</summary>
    public void ResetOnce() => Volatile.Write(ref _reset, 1);

    /// <summary>Everything passes unharmed again.</summary>
    public void Heal()
    {
        (Delay, Jitter, BytesPerSecond) = (default, default, 0);
        Volatile.Write(ref _corrupt, 0);
        Volatile.Write(ref _reset, 0);
        var held = _held;
        _held = null;
        held?.SetResult();
    }

    /// <summary>Waits while the link is held.</summary>
    public Task ReleasedAsync(CancellationToken stop) => _held?.Task.WaitAsync(stop) ?? Task.CompletedTask;

    /// <summary>Harms a chunk if that is due. False when the connection is to be reset after a part of it.</summary>
    public bool Harm(Span<byte> chunk)
    {
        if (chunk.Length > 1 && Interlocked.Exchange(ref _reset, 0) == 1)
        {
            Interlocked.Increment(ref _resets);
            return false;
        }

        if (Interlocked.Exchange(ref _corrupt, 0) == 1)
        {
            chunk[chunk.Length / 2] ^= 0x10;
            Interlocked.Increment(ref _corrupted);
        }

        return true;
    }
}
