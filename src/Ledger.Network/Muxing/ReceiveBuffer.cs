using System.Threading.Tasks.Sources;

namespace Ledger.Network.Muxing;

/// <summary>
/// The bytes a stream received and its reader has not taken yet: a ring that grows up to the receive window, which the
/// session enforces before it writes here.
/// </summary>
/// <remarks>One writer (the session's read loop), one reader, and anybody may complete.</remarks>
internal sealed class ReceiveBuffer : IValueTaskSource<int>
{
    private const int FirstCapacity = 4 * 1024;

    private readonly Lock _gate = new();
    private byte[] _ring = [];
    private int _head;
    private int _count;
    private bool _isComplete;
    private Exception? _error;

    private ManualResetValueTaskSourceCore<int> _read;
    private bool _isWaiting;
    private Memory<byte> _destination;
    private CancellationTokenRegistration _registration;

    /// <summary>
    /// True lets <see cref="Write"/> run the reader on its own thread. Only for readers that never block and soon read
    /// again.
    /// </summary>
    public bool ReadsInline { get; set; }

    /// <summary>Adds received bytes; they are dropped once the buffer is complete.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        int taken;
        lock (_gate)
        {
            if (_isComplete || bytes.IsEmpty) return;
            Append(bytes);
            if (!_isWaiting) return;
            taken = EndWait(inline: ReadsInline);
        }

        _read.SetResult(taken);
    }

    /// <summary>Nothing more will come: the reader sees the rest, and then the end, or the error.</summary>
    public void Complete(Exception? error)
    {
        lock (_gate)
        {
            if (_isComplete) return;
            _isComplete = true;
            _error = error;
            if (error is not null) _count = 0;
            if (!_isWaiting) return;
            EndWait(inline: false);
        }

        if (error is null)
            _read.SetResult(0);
        else
            _read.SetException(error);
    }

    /// <summary>Takes what is there, or waits; 0 is the end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken stop)
    {
        if (into.IsEmpty) return ValueTask.FromResult(0);
        ValueTask<int> pending;
        lock (_gate)
        {
            if (_count > 0) return ValueTask.FromResult(Take(into.Span));
            if (_isComplete)
                return _error is null ? ValueTask.FromResult(0) : ValueTask.FromException<int>(_error);
            if (_isWaiting) throw new InvalidOperationException("a stream has one reader");
            _read.Reset();
            _isWaiting = true;
            _destination = into;
            pending = new ValueTask<int>(this, _read.Version);
        }

        if (stop.CanBeCanceled)
        {
            _registration = stop.UnsafeRegister(
                static (buffer, token) => ((ReceiveBuffer)buffer!).Cancel(token), this);
        }

        return pending;
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        // Before the next read can register, so that this registration can never cancel that read.
        _registration.Dispose();
        _registration = default;
        return _read.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        lock (_gate)
        {
            if (!_isWaiting) return;
            _isWaiting = false;
            _destination = default;
            _read.RunContinuationsAsynchronously = true;
        }

        _read.SetException(new OperationCanceledException(token));
    }

    // The caller holds the lock, and publishes the result after it has let go of it.
    private int EndWait(bool inline)
    {
        var taken = Take(_destination.Span);
        _isWaiting = false;
        _destination = default;
        _read.RunContinuationsAsynchronously = !inline;
        return taken;
    }

    private int Take(Span<byte> into)
    {
        var taken = Math.Min(into.Length, _count);
        var first = Math.Min(taken, _ring.Length - _head);
        _ring.AsSpan(_head, first).CopyTo(into);
        _ring.AsSpan(0, taken - first).CopyTo(into[first..]);
        _count -= taken;
        _head = _count == 0 ? 0 : (_head + taken) % _ring.Length;
        return taken;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _ring.Length - _count) Grow(_count + bytes.Length);
        var tail = (_head + _count) % _ring.Length;
        var first = Math.Min(bytes.Length, _ring.Length - tail);
        bytes[..first].CopyTo(_ring.AsSpan(tail));
        bytes[first..].CopyTo(_ring);
        _count += bytes.Length;
    }

    private void Grow(int needed)
    {
        var capacity = Math.Max(_ring.Length, FirstCapacity);
        while (capacity < needed) capacity *= 2;
        var larger = new byte[capacity];
        var count = _count;
        Take(larger);
        (_ring, _head, _count) = (larger, 0, count);
    }
}
