using System.Runtime.CompilerServices;
using Ledger.Network.Streams;

namespace Ledger.Network.Muxing;

/// <summary>One ordered, flow-controlled byte stream in a yamux session; each direction closes by itself.</summary>
/// <remarks>
/// One reader and one writer at a time, of which neither needs to know the other. Disposing closes politely: it never
/// discards what the other side has not read yet, as a reset would.
/// </remarks>
internal sealed class YamuxStream : Stream
{
    // Small enough that streams take turns, large enough that the header does not matter.
    private const int MaxDataFrame = 64 * 1024;

    private readonly YamuxSession _session;
    private readonly ReceiveBuffer _received = new();
    private readonly SemaphoreSlim _windowGrew = new(0);
    private readonly int _window;
    private readonly Lock _gate = new();

    private long _sendWindow = YamuxLimits.InitialWindow;
    private int _receiveWindow;
    private int _consumed;
    private bool _isWriteClosed;
    private bool _isReadClosed;
    private bool _isDisposed;
    private volatile Exception? _error;

    internal YamuxStream(YamuxSession session, uint id, bool isInbound, int window)
    {
        (_session, Id, IsInbound, _window, _receiveWindow) = (session, id, isInbound, window, window);
    }

    public uint Id { get; }

    public bool IsInbound { get; }

    /// <inheritdoc cref="ReceiveBuffer.ReadsInline"/>
    public bool ReadsInline
    {
        set => _received.ReadsInline = value;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _received.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read > 0) Consume(read);
        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            ThrowIfNotWritable();
            var window = Interlocked.Read(ref _sendWindow);
            if (window == 0)
            {
                await _windowGrew.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            var piece = buffer[..(int)Math.Min(Math.Min(window, buffer.Length), MaxDataFrame)];
            if (!_session.TrySendData(Id, piece.Span))
            {
                await _session.WaitForRoomAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            Interlocked.Add(ref _sendWindow, -piece.Length);
            buffer = buffer[piece.Length..];
        }
    }

    /// <summary>Tells the other side that nothing more will come; it may still send.</summary>
    public void CloseWrite()
    {
        bool isOver;
        lock (_gate)
        {
            if (_isWriteClosed) return;
            _isWriteClosed = true;
            isOver = _isReadClosed;
        }

        _session.SendWindowUpdate(Id, YamuxFlags.Fin, 0);
        if (isOver) _session.Forget(this);
    }

    /// <summary>Ends both directions at once; what is under way is lost.</summary>
    public void Reset()
    {
        if (!Kill(new IOException("the stream was reset here"))) return;
        _session.SendWindowUpdate(Id, YamuxFlags.Rst, 0);
        _session.Forget(this);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("reading blocks: use ReadAsync");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("writing blocks: use WriteAsync");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Makes room in the window for a data frame that was announced.</summary>
    internal void Reserve(uint length)
    {
        // The reader only ever enlarges the window, so this check cannot be overtaken.
        if (length > Volatile.Read(ref _receiveWindow))
            throw new WireException(WireFault.FlowControl, "data beyond the receive window");
        Interlocked.Add(ref _receiveWindow, -(int)length);
    }

    internal void Receive(ReadOnlySpan<byte> piece) => _received.Write(piece);

    /// <summary>The other side allows more data.</summary>
    internal void Grant(uint growth)
    {
        if (Interlocked.Add(ref _sendWindow, growth) > uint.MaxValue)
            throw new WireException(WireFault.FlowControl, "a send window beyond 32 bits");
        if (growth > 0) WakeWriter();
    }

    /// <summary>The other side closed its direction.</summary>
    internal void OnFin()
    {
        bool isOver;
        lock (_gate)
        {
            _isReadClosed = true;
            isOver = _isWriteClosed;
        }

        _received.Complete(error: null);
        if (isOver) _session.Forget(this);
    }

    /// <summary>Fails all reads and writes from now on; false when it was already so.</summary>
    internal bool Kill(Exception error)
    {
        if (Interlocked.CompareExchange(ref _error, error, null) is not null) return false;
        lock (_gate) _isReadClosed = _isWriteClosed = true;
        _received.Complete(error);
        WakeWriter();
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) CloseBoth();
        base.Dispose(disposing);
    }

    private void CloseBoth()
    {
        bool isOver;
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            isOver = _isReadClosed;
        }

        CloseWrite();
        if (isOver) return;
        // From here on the buffer drops what comes, and the session resets the stream if the other side never closes.
        _received.Complete(error: null);
        _session.Linger(this);
    }

    private void Consume(int count)
    {
        _consumed += count;
        if (_consumed < _window / 2) return;
        lock (_gate)
        {
            if (_isReadClosed) return;
        }

        Interlocked.Add(ref _receiveWindow, _consumed);
        _session.SendWindowUpdate(Id, YamuxFlags.None, (uint)_consumed);
        _consumed = 0;
    }

    private void WakeWriter()
    {
        // One stored wake-up is enough: the writer looks at the window again after each.
        if (_windowGrew.CurrentCount == 0) _windowGrew.Release();
    }

    private void ThrowIfNotWritable()
    {
        if (_error is { } error) throw new IOException("the stream is closed: " + error.Message, error);
        lock (_gate)
        {
            if (_isWriteClosed) throw new InvalidOperationException("the stream is closed for writing");
        }
    }
}
