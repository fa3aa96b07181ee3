using Ledger.Network.Streams;

namespace Ledger.Network.Muxing;

/// <summary>Many streams over one connection: yamux 1.0.</summary>
/// <remarks>
/// Safe for every thread. <see cref="RunAsync"/> owns the transport: it reads until the session ends, lets the last
/// frames leave, and disposes the transport once, after both loops have ended, since SslStream bears no other order.
/// </remarks>
internal sealed class YamuxSession : IYamuxFrames, IDisposable
{
    private const int ReadBuffer = 64 * 1024;
    private const uint GoAwayNormal = 0;
    private const uint GoAwayProtocolError = 1;

    private readonly Stream _transport;
    private readonly bool _isDialer;
    private readonly YamuxLimits _limits;
    private readonly Func<YamuxStream, bool> _onInbound;
    private readonly TimeProvider _time;
    private readonly TransportWriter _writer;
    private readonly CancellationTokenSource _readStop = new();
    private readonly CancellationTokenSource _writeStop = new();

    private readonly Lock _gate = new();

    // Bounded by MaxInboundStreams, and for our own streams by what the layer above opens.
    private readonly Dictionary<uint, YamuxStream> _streams = [];

    // A subset of _streams.
    private readonly List<(YamuxStream Stream, long Since)> _lingering = [];
    private int _inboundStreams;
    private long _nextId;
    private Exception? _cause;
    private SessionEnd? _end;

    private YamuxStream? _receiving;
    private bool _isRemoteGone;
    private long _bytesReceived;
    private long _lastReceived;

    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _pingId;
    private long _pingSent;
    private long _roundTripTicks = -1;

    /// <param name="transport">Owned by the session from here on.</param>
    /// <param name="isDialer">Which side this is: the dialer's streams have odd ids.</param>
    /// <param name="limits">The session's bounds.</param>
    /// <param name="onInbound">Called on the read loop for each new stream; false resets it.</param>
    /// <param name="time">The clock of idleness and round trips.</param>
    public YamuxSession(
        Stream transport, bool isDialer, YamuxLimits limits, Func<YamuxStream, bool> onInbound, TimeProvider time)
    {
        (_transport, _isDialer, _limits, _onInbound, _time) = (transport, isDialer, limits, onInbound, time);
        _nextId = isDialer ? 1 : 2;
        _lastReceived = time.GetTimestamp();
        _writer = new TransportWriter(transport, OnFault, _writeStop.Token);
    }

    /// <summary>Why the session ended; null while it lives.</summary>
    public SessionEnd? End
    {
        get
        {
            lock (_gate) return _end;
        }
    }

    /// <summary>The exception behind <see cref="End"/>, if there was one.</summary>
    public Exception? Cause
    {
        get
        {
            lock (_gate) return _cause;
        }
    }

    /// <summary>Ends when the other side has answered a first ping, and so has accepted us.</summary>
    public Task Confirmed => _confirmed.Task;

    /// <summary>The last measured round trip.</summary>
    public TimeSpan? RoundTrip =>
        Interlocked.Read(ref _roundTripTicks) is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>How long nothing has come.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Interlocked.Read(ref _lastReceived));

    public long BytesSent => _writer.BytesSent;

    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Runs the session until it ends; never throws.</summary>
    public async Task RunAsync()
    {
        var writing = _writer.RunAsync();
        await ReadAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Opens a stream; the other side learns of it at once and may yet reset it.</summary>
    /// <exception cref="IOException">The session has ended.</exception>
    public YamuxStream Open()
    {
        YamuxStream stream;
        lock (_gate)
        {
            if (_end is not null) throw new IOException("the connection is closed");
            if (_nextId > uint.MaxValue) throw new IOException("the connection has used up its stream ids");
            stream = new YamuxStream(this, (uint)_nextId, isInbound: false, _limits.ReceiveWindow);
            _streams.Add(stream.Id, stream);
            _nextId += 2;
            // Inside the lock, so that ids reach the other side in ascending order.
            _writer.AppendControl(new YamuxHeader(YamuxType.WindowUpdate, YamuxFlags.Syn, stream.Id, ExtraWindow));
        }

        _writer.Flush(inline: false);
        return stream;
    }

    /// <summary>Asks the other side for a sign of life.</summary>
    public void SendPing()
    {
        lock (_gate)
        {
            _pingId = unchecked(_pingId + 1);
            _pingSent = _time.GetTimestamp();
            _writer.AppendControl(new YamuxHeader(YamuxType.Ping, YamuxFlags.Syn, 0, _pingId));
        }

        _writer.Flush(inline: false);
    }

    /// <summary>Resets streams that were closed here and that the other side has left open for too long.</summary>
    public void ReapLingering()
    {
        List<YamuxStream> overdue;
        lock (_gate)
        {
            overdue = [.. _lingering.Where(l => _time.GetElapsedTime(l.Since) >= _limits.Linger).Select(l => l.Stream)];
        }

        foreach (var stream in overdue) stream.Reset();
    }

    /// <summary>Ends the session; the first reason given stays. Frames already queued have a moment to leave.</summary>
    public void Close(SessionEnd end, Exception? cause = null)
    {
        List<YamuxStream> orphans;
        lock (_gate)
        {
            if (_end is not null) return;
            (_end, _cause) = (end, cause);
            orphans = [.. _streams.Values];
            _streams.Clear();
            _lingering.Clear();
        }

        var error = new IOException("the connection is closed: " + end, cause);
        foreach (var stream in orphans) stream.Kill(error);
        _confirmed.TrySetException(error);
        _ = _confirmed.Task.Exception;

        var code = end == SessionEnd.ProtocolViolation ? GoAwayProtocolError : GoAwayNormal;
        _writer.AppendControl(new YamuxHeader(YamuxType.GoAway, YamuxFlags.None, 0, code));
        _writer.Complete();
        try
        {
            _writeStop.CancelAfter(_limits.CloseTimeout);
            _readStop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // When the other side ends too, both loops may end at the line above, and the owner disposes of the session.
        }
    }

    public void Dispose()
    {
        _readStop.Dispose();
        _writeStop.Dispose();
    }

    void IYamuxFrames.OnHeader(in YamuxHeader header)
    {
        switch (header.Type)
        {
            case YamuxType.Ping:
                OnPing(header);
                break;
            case YamuxType.GoAway:
                _isRemoteGone = true;
                break;
            default:
                if (header.Has(YamuxFlags.Syn)) OpenInbound(header.StreamId);
                // An unknown stream is one that was closed here: what was under way to it is dropped.
                var stream = Find(header.StreamId);
                if (header.Type == YamuxType.WindowUpdate)
                {
                    stream?.Grant(header.Length);
                }
                else
                {
                    stream?.Reserve(header.Length);
                    _receiving = stream;
                }

                break;
        }
    }

    void IYamuxFrames.OnBody(ReadOnlySpan<byte> piece) => _receiving?.Receive(piece);

    void IYamuxFrames.OnFrameEnd(in YamuxHeader header)
    {
        _receiving = null;
        if (!header.Has(YamuxFlags.Fin | YamuxFlags.Rst) || Find(header.StreamId) is not { } stream) return;
        if (header.Has(YamuxFlags.Rst))
        {
            stream.Kill(new IOException("the stream was reset by the other side"));
            Forget(stream);
        }
        else
        {
            stream.OnFin();
        }
    }

    internal bool TrySendData(uint id, ReadOnlySpan<byte> body)
    {
        var header = new YamuxHeader(YamuxType.Data, YamuxFlags.None, id, (uint)body.Length);
        var sent = _writer.TryAppendData(header, body);
        // Streams are written by loops that can lend their thread to the socket; the read loop never comes here.
        _writer.Flush(inline: true);
        return sent;
    }

    internal Task WaitForRoomAsync() => _writer.WaitForRoomAsync();

    internal void SendWindowUpdate(uint id, YamuxFlags flags, uint growth)
    {
        _writer.AppendControl(new YamuxHeader(YamuxType.WindowUpdate, flags, id, growth));
        _writer.Flush(inline: false);
    }

    internal void Linger(YamuxStream stream)
    {
        lock (_gate)
        {
            if (_streams.ContainsKey(stream.Id)) _lingering.Add((stream, _time.GetTimestamp()));
        }
    }

    internal void Forget(YamuxStream stream)
    {
        lock (_gate)
        {
            if (!_streams.Remove(stream.Id)) return;
            if (stream.IsInbound) _inboundStreams--;
            _lingering.RemoveAll(l => l.Stream == stream);
        }
    }

    private uint ExtraWindow => (uint)(_limits.ReceiveWindow - YamuxLimits.InitialWindow);

    private async Task ReadAsync()
    {
        var decoder = new YamuxDecoder(this);
        var buffer = new byte[ReadBuffer];
        try
        {
            while (true)
            {
                var read = await _transport.ReadAsync(buffer, _readStop.Token).ConfigureAwait(false);
                if (read == 0) break;
                Interlocked.Add(ref _bytesReceived, read);
                Interlocked.Exchange(ref _lastReceived, _time.GetTimestamp());
                decoder.Feed(buffer.AsSpan(0, read));
                _writer.Flush(inline: false);
                if (_isRemoteGone) break;
            }

            Close(SessionEnd.RemoteClosed);
        }
        catch (WireException e)
        {
            Close(SessionEnd.ProtocolViolation, e);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Close(SessionEnd.ConnectionLost, e);
        }
    }

    private void OnFault(Exception e) =>
        Close(e is WireException ? SessionEnd.ProtocolViolation : SessionEnd.ConnectionLost, e);

    private void OnPing(in YamuxHeader header)
    {
        if (header.Has(YamuxFlags.Syn))
        {
            _writer.AppendControl(new YamuxHeader(YamuxType.Ping, YamuxFlags.Ack, 0, header.Length));
            return;
        }

        lock (_gate)
        {
            if (_pingSent == 0 || header.Length != _pingId) return;
            Interlocked.Exchange(ref _roundTripTicks, _time.GetElapsedTime(_pingSent).Ticks);
        }

        _confirmed.TrySetResult();
    }

    private YamuxStream? Find(uint id)
    {
        lock (_gate) return _streams.GetValueOrDefault(id);
    }

    private void OpenInbound(uint id)
    {
        YamuxStream? stream = null;
        lock (_gate)
        {
            var isOurs = id % 2 == (_isDialer ? 1u : 0u);
            if (isOurs || _streams.ContainsKey(id))
                throw new WireException(WireFault.BadStreamId, "a stream id that the other side may not open");
            if (_end is null && _inboundStreams < _limits.MaxInboundStreams)
            {
                stream = new YamuxStream(this, id, isInbound: true, _limits.ReceiveWindow);
                _streams.Add(id, stream);
                _inboundStreams++;
            }
        }

        // The acceptance goes out before the stream is served, so that no answer can overtake it.
        SendWindowUpdate(id, stream is null ? YamuxFlags.Rst : YamuxFlags.Ack, stream is null ? 0 : ExtraWindow);
        if (stream is not null && !_onInbound(stream)) stream.Reset();
    }
}
