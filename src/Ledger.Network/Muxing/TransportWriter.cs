using Ledger.Network.Streams;

namespace Ledger.Network.Muxing;

/// <summary>
/// Gathers the frames of all streams while a write is under way and sends them in the next one, so that many small
/// frames cost one encryption and one system call. Two buffers take turns; nothing is allocated per frame.
/// </summary>
/// <remarks>Any thread may append; one loop writes.</remarks>
internal sealed class TransportWriter(Stream transport, Action<Exception> onFault, CancellationToken stop)
{
    // Data waits above this, so that a slow connection holds back its senders and not our memory.
    private const int HighWater = 256 * 1024;

    // Control frames answer the peer and cannot wait; a peer that asks for this many without reading is hostile.
    private const int HardLimit = 1024 * 1024;

    private const int FirstCapacity = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly Signal _signal = new();
    private byte[] _pending = new byte[FirstCapacity];
    private byte[] _writing = new byte[FirstCapacity];
    private int _count;
    private TaskCompletionSource? _room;
    private bool _isComplete;
    private long _bytesSent;

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Appends a frame without a body. It leaves with the next <see cref="Flush"/>.</summary>
    public void AppendControl(in YamuxHeader header)
    {
        lock (_gate)
        {
            if (_isComplete) return;
            if (_count + YamuxHeader.Size <= HardLimit)
            {
                Append(header, []);
                return;
            }
        }

        onFault(new WireException(WireFault.ControlFlood, "the peer asks for more answers than it reads"));
    }

    /// <summary>Appends a data frame; false when there is no room and the caller must wait for it.</summary>
    public bool TryAppendData(in YamuxHeader header, ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            if (_isComplete) throw new IOException("the connection is closed");
            if (_count >= HighWater) return false;
            Append(header, body);
            return true;
        }
    }

    /// <summary>Ends when there may be room again, or the writer has ended.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            if (_isComplete || _count < HighWater) return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Has what was appended sent, if anything is left; inline means that this thread may do the work.</summary>
    public void Flush(bool inline)
    {
        // Whoever appends flushes after it: that nothing is there means that somebody has taken it.
        if (Volatile.Read(ref _count) > 0) _signal.Set(inline);
    }

    /// <summary>Ends the loop once everything appended so far is sent.</summary>
    public void Complete()
    {
        lock (_gate) _isComplete = true;
        _signal.Set(inline: false);
    }

    /// <summary>Writes until <see cref="Complete"/>, or until the connection breaks.</summary>
    public async Task RunAsync()
    {
        try
        {
            // A thread that lends itself does so for what it brought, and not for what others append meanwhile.
            var isLent = false;
            var hasWritten = false;
            while (true)
            {
                while (TryTake(out var batch))
                {
                    if (isLent && hasWritten)
                    {
                        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                        isLent = false;
                    }

                    await transport.WriteAsync(batch, stop).ConfigureAwait(false);
                    hasWritten = true;
                    Interlocked.Add(ref _bytesSent, batch.Length);
                }

                if (IsDrained()) return;
                var waiting = _signal.WaitAsync();
                // What was set meanwhile is met by the thread that is here already.
                if (!waiting.IsCompleted) (isLent, hasWritten) = (true, false);
                await waiting.ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            onFault(e);
        }
        finally
        {
            Release();
        }
    }

    private bool TryTake(out ReadOnlyMemory<byte> batch)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            batch = default;
            if (_count == 0) return false;
            (_pending, _writing) = (_writing, _pending);
            batch = _writing.AsMemory(0, _count);
            _count = 0;
            room = _room;
            _room = null;
        }

        room?.SetResult();
        return true;
    }

    private bool IsDrained()
    {
        lock (_gate) return _isComplete && _count == 0;
    }

    private void Release()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _isComplete = true;
            room = _room;
            _room = null;
        }

        room?.SetResult();
    }

    private void Append(in YamuxHeader header, ReadOnlySpan<byte> body)
    {
        var size = YamuxHeader.Size + body.Length;
        if (size > _pending.Length - _count)
            Array.Resize(ref _pending, (int)Math.Max(_count + (long)size, 2L * _pending.Length));
        header.Write(_pending.AsSpan(_count));
        body.CopyTo(_pending.AsSpan(_count + YamuxHeader.Size));
        _count += size;
    }
}
