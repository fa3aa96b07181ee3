using System.Collections.Concurrent;
using System.Net;
using Ledger.Network.Muxing;
using Ledger.Network.Protocols;
using Ledger.Network.Security;
using Ledger.Network.Streams;

namespace Ledger.Network.Peers;

/// <summary>One authenticated connection with one peer: its session, its lanes, and the streams it serves.</summary>
/// <remarks>Safe for every thread. Everything it owns ends with <see cref="RunAsync"/>.</remarks>
internal sealed class PeerConnection : IDisposable
{
    /// <summary>What a queued frame costs beyond its bytes, so that empty frames fill the queue too.</summary>
    public const int FrameOverhead = 64;

    private readonly PeerServices _services;
    private readonly PeerCounters _counters;
    private readonly YamuxSession _session;
    private readonly TaskGroup _tasks;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly SemaphoreSlim _requests;

    // Bounded by the protocols that this node's own code sends on.
    private readonly ConcurrentDictionary<ProtocolId, SendLane> _lanes = new();

    // Bounded by the message protocols served here.
    private readonly Dictionary<ProtocolId, YamuxStream> _messageStreams = [];
    private readonly Lock _gate = new();
    private long _queued;
    private long _fullSince;

    public PeerConnection(
        SecuredConnection secured, bool isDialler, IPEndPoint? remote, PeerCounters counters, PeerServices services)
    {
        (Peer, IsDialler, RemoteEndPoint, _counters, _services) = (secured.Peer, isDialler, remote, counters, services);
        var options = services.Options;
        var limits = new YamuxLimits
        {
            ReceiveWindow = options.ReceiveWindowBytes,
            MaxInboundStreams = options.MaxInboundStreams,
        };
        _session = new YamuxSession(secured.Stream, isDialler, limits, OnInboundStream, services.Time);
        // Room for the served streams and our own lanes; a peer that opens and resets streams in quick succession meets
        // this bound and not an ever longer list of tasks.
        _tasks = new TaskGroup(2 * options.MaxInboundStreams, e => NetworkLog.TaskFailed(services.Logger, e));
        _stopped = _stop.Token;
        _requests = new SemaphoreSlim(options.MaxConcurrentRequests);
    }

    public PeerId Peer { get; }

    /// <summary>True when this side dialled.</summary>
    public bool IsDialler { get; }

    public IPEndPoint? RemoteEndPoint { get; }

    public YamuxSession Session => _session;

    public bool IsAlive => _session.End is null;

    public long QueuedBytes => Interlocked.Read(ref _queued);

    /// <summary>Runs until the connection has ended and nothing of it is left.</summary>
    public async Task RunAsync()
    {
        await _session.RunAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var lane in _lanes.Values) lane.Close();
        await _tasks.WhenEmptyAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the connection; the first reason given stays.</summary>
    public void Close(SessionEnd end, Exception? cause = null) => _session.Close(end, cause);

    public bool TrySend(ProtocolId protocol, ReadOnlyMemory<byte> frame)
    {
        if (frame.Length > _services.Options.MaxFrameBytes) return Drop(DropReason.TooLarge);
        if (!TryReserve(frame.Length)) return Drop(DropReason.QueueFull);
        if (Lane(protocol).TryQueue(frame)) return true;

        OnUnqueued(frame.Length);
        if (!IsAlive) return Drop(DropReason.ConnectionLost);
        NoteFull();
        return Drop(DropReason.QueueFull);
    }

    /// <exception cref="PeerRequestException">There is no answer.</exception>
    public async Task<ReadOnlyMemory<byte>> RequestAsync(
        ProtocolId protocol, ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_services.Options.RequestTimeout);
        try
        {
            await _requests.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                return await ExchangeAsync(protocol, request, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                _requests.Release();
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failed(PeerRequestFailure.Timeout, $"{Peer} did not answer on {protocol} in time");
        }
        catch (WireException e)
        {
            var failure = e.Fault == WireFault.Truncated ? PeerRequestFailure.Lost : PeerRequestFailure.Malformed;
            throw Failed(failure, $"the answer of {Peer} on {protocol} is unusable: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw Failed(PeerRequestFailure.Lost, $"the exchange with {Peer} on {protocol} broke: {e.Message}", e);
        }
    }

    /// <summary>
    /// Opens a stream for a protocol, for exchanges of another shape; null when the peer does not speak it.
    /// </summary>
    public async Task<YamuxStream?> OpenAsync(ProtocolId protocol, CancellationToken stop)
    {
        var stream = _session.Open();
        try
        {
            if (await Multistream.DialAsync(stream, protocol.Name, stop).ConfigureAwait(false)) return stream;
        }
        catch
        {
            stream.Reset();
            throw;
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>Pings the peer and judges it: silent, slow, or no longer a member.</summary>
    public void Tick(Func<PeerId, bool> isAllowed)
    {
        var options = _services.Options;
        var fullSince = Interlocked.Read(ref _fullSince);
        if (!isAllowed(Peer))
            Close(SessionEnd.NoLongerAllowed);
        else if (_session.Silence >= options.IdleTimeout)
            Close(SessionEnd.IdleTimeout);
        else if (fullSince != 0 && _services.Time.GetElapsedTime(fullSince) >= options.SlowPeerLimit)
            Close(SessionEnd.SlowPeer);
        else
            _session.SendPing();
        _session.ReapLingering();
    }

    /// <summary>
    /// Makes this the one stream on which the peer sends frames of a protocol; an earlier one is reset.
    /// </summary>
    public void ClaimMessageStream(ProtocolId protocol, YamuxStream stream)
    {
        YamuxStream? earlier;
        lock (_gate)
        {
            earlier = _messageStreams.GetValueOrDefault(protocol);
            _messageStreams[protocol] = stream;
        }

        earlier?.Reset();
    }

    public void CountSent(ProtocolId protocol, long frames, long bytes)
    {
        _counters.Sent(frames, bytes);
        _services.Metrics.Sent(protocol, frames, bytes);
    }

    public void CountReceived(ProtocolId protocol, long frames, long bytes)
    {
        if (frames == 0) return;
        _counters.Received(frames, bytes);
        _services.Metrics.Received(protocol, frames, bytes);
    }

    /// <summary>A queued frame has been handed on.</summary>
    public void OnUnqueued(int frameLength)
    {
        var left = Interlocked.Add(ref _queued, -(frameLength + FrameOverhead));
        if (left <= _services.Options.SendQueueBytes / 2) Interlocked.Exchange(ref _fullSince, 0);
    }

    /// <summary>A queued frame can no longer be sent.</summary>
    public void OnLost(int frameLength, DropReason reason)
    {
        OnUnqueued(frameLength);
        Drop(reason);
    }

    public void OnUnsupported(ProtocolId protocol) =>
        NetworkLog.ProtocolUnsupported(_services.Logger, Peer, protocol);

    public void Dispose()
    {
        _session.Dispose();
        _stop.Dispose();
    }

    private static PeerRequestException Failed(PeerRequestFailure failure, string message, Exception? inner = null) =>
        new(failure, message, inner);

    private async Task<ReadOnlyMemory<byte>> ExchangeAsync(
        ProtocolId protocol, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        var stream = _session.Open();
        try
        {
            // Proposal and request leave together: an exchange costs one round trip.
            var opening = Multistream.Opening(protocol.Name);
            await FrameStream.WriteAsync(stream, opening, request, stop).ConfigureAwait(false);
            stream.CloseWrite();
            if (!await Multistream.ReadAnswerAsync(stream, protocol.Name, stop).ConfigureAwait(false))
                throw Failed(PeerRequestFailure.ProtocolUnsupported, $"{Peer} does not speak {protocol}");
            var response = await FrameStream.ReadAsync(stream, _services.Options.MaxFrameBytes, stop)
                .ConfigureAwait(false);
            CountSent(protocol, 1, request.Length);
            CountReceived(protocol, 1, response.Length);
            await stream.DisposeAsync().ConfigureAwait(false);
            return response;
        }
        catch
        {
            stream.Reset();
            throw;
        }
    }

    private SendLane Lane(ProtocolId protocol)
    {
        if (_lanes.TryGetValue(protocol, out var lane)) return lane;
        lock (_gate)
        {
            if (_lanes.TryGetValue(protocol, out lane)) return lane;
            lane = new SendLane(this, protocol, _services.Options.SendQueueFrames);
            _lanes[protocol] = lane;
            if (!IsAlive || !_tasks.TryRun(() => RunLaneAsync(lane))) lane.Close();
            return lane;
        }
    }

    private async Task RunLaneAsync(SendLane lane)
    {
        try
        {
            await lane.RunAsync(_session, _services.Options.HandshakeTimeout, _stopped).ConfigureAwait(false);
        }
        catch (WireException e)
        {
            Close(SessionEnd.ProtocolViolation, e);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A peer that ends its side of a lane has lost frames; a new connection makes that visible to both.
            Close(SessionEnd.ConnectionLost, e);
        }
    }

    private bool OnInboundStream(YamuxStream stream)
    {
        if (_tasks.TryRun(() => ServeAsync(stream))) return true;
        NetworkLog.StreamRefused(_services.Logger, Peer);
        return false;
    }

    private async Task ServeAsync(YamuxStream stream)
    {
        try
        {
            if (await NegotiateAsync(stream).ConfigureAwait(false) is { } protocol)
                await protocol.ServeAsync(this, stream, _stopped).ConfigureAwait(false);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (WireException e) when (e.Fault != WireFault.Truncated)
        {
            Close(SessionEnd.ProtocolViolation, e);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or WireException)
        {
            stream.Reset();
        }
    }

    private async Task<IInboundProtocol?> NegotiateAsync(YamuxStream stream)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopped);
        limit.CancelAfter(_services.Options.HandshakeTimeout);
        try
        {
            var name = await Multistream.ListenAsync(stream, _services.Protocols.Speaks, limit.Token)
                .ConfigureAwait(false);
            return _services.Protocols.TryGet(name, out var protocol) ? protocol : null;
        }
        catch (WireException)
        {
            // Behind a proposal that was refused there may be a request, sent without waiting: not a crime. The stream
            // is closed and not reset, so that the refusal is read.
            return null;
        }
    }

    private bool TryReserve(int frameLength)
    {
        var cost = frameLength + FrameOverhead;
        if (Interlocked.Add(ref _queued, cost) <= _services.Options.SendQueueBytes) return true;
        Interlocked.Add(ref _queued, -cost);
        NoteFull();
        return false;
    }

    private void NoteFull() => Interlocked.CompareExchange(ref _fullSince, _services.Time.GetTimestamp(), 0);

    private bool Drop(DropReason reason)
    {
        _counters.Dropped();
        _services.Metrics.Dropped(reason);
        return false;
    }
}
