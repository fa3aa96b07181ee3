using System.Threading.Channels;
using Ledger.Network.Muxing;
using Ledger.Network.Streams;

namespace Ledger.Network.Peers;

/// <summary>
/// The frames on their way to one peer in one protocol: a bounded queue, and a loop that drains it into one long-lived
/// stream. All that is queued when the loop wakes leaves in one piece; protocols have lanes of their own so that a
/// bulky one cannot hold back the votes.
/// </summary>
/// <remarks>Any thread may send; one loop drains.</remarks>
internal sealed class SendLane
{
    // As large as one yamux frame, so that a full batch is one frame.
    private const int BatchBytes = 64 * 1024;

    private readonly PeerConnection _connection;
    private readonly ProtocolId _protocol;
    private readonly Channel<ReadOnlyMemory<byte>> _queue;
    private readonly byte[] _batch = new byte[BatchBytes];
    private int _batchSize;

    public SendLane(PeerConnection connection, ProtocolId protocol, int maxFrames)
    {
        (_connection, _protocol) = (connection, protocol);
        // Whoever queues a frame for an idle lane runs its loop: encrypting a frame and handing it to the socket, which is
        // never waited for, costs less than waking another thread for it.
        _queue = Channel.CreateBounded<ReadOnlyMemory<byte>>(
            new BoundedChannelOptions(maxFrames) { SingleReader = true, AllowSynchronousContinuations = true });
    }

    /// <summary>Queues a frame; false when the queue is full or closed.</summary>
    public bool TryQueue(ReadOnlyMemory<byte> frame) => _queue.Writer.TryWrite(frame);

    /// <summary>Takes no more frames; what is queued is given up.</summary>
    public void Close() => _queue.Writer.TryComplete();

    /// <summary>Drains the queue until it is closed or the connection ends; then counts what was lost.</summary>
    public async Task RunAsync(YamuxSession session, TimeSpan negotiationLimit, CancellationToken stop)
    {
        var loss = DropReason.ConnectionLost;
        try
        {
            using var stream = session.Open();
            if (await NegotiateAsync(stream, negotiationLimit, stop).ConfigureAwait(false))
                await DrainAsync(stream, stop).ConfigureAwait(false);
            else
                loss = DropReason.ProtocolUnsupported;
        }
        finally
        {
            Close();
            while (_queue.Reader.TryRead(out var frame)) _connection.OnLost(frame.Length, loss);
        }
    }

    private async Task<bool> NegotiateAsync(YamuxStream stream, TimeSpan limit, CancellationToken stop)
    {
        using var negotiation = CancellationTokenSource.CreateLinkedTokenSource(stop);
        negotiation.CancelAfter(limit);
        if (await Multistream.DialAsync(stream, _protocol.Name, negotiation.Token).ConfigureAwait(false)) return true;
        _connection.OnUnsupported(_protocol);
        return false;
    }

    private async Task DrainAsync(YamuxStream stream, CancellationToken stop)
    {
        while (await _queue.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            long frames = 0;
            long bytes = 0;
            while (_queue.Reader.TryRead(out var frame))
            {
                if (frame.Length + UVarint.MaxSize > BatchBytes - _batchSize)
                    await FlushAsync(stream, stop).ConfigureAwait(false);
                await AppendAsync(stream, frame, stop).ConfigureAwait(false);
                _connection.OnUnqueued(frame.Length);
                frames++;
                bytes += frame.Length;
            }

            await FlushAsync(stream, stop).ConfigureAwait(false);
            _connection.CountSent(_protocol, frames, bytes);
        }
    }

    private async ValueTask AppendAsync(YamuxStream stream, ReadOnlyMemory<byte> frame, CancellationToken stop)
    {
        _batchSize += UVarint.Write(_batch.AsSpan(_batchSize), frame.Length);
        if (frame.Length <= BatchBytes - _batchSize)
        {
            frame.CopyTo(_batch.AsMemory(_batchSize));
            _batchSize += frame.Length;
            return;
        }

        // A frame too large for a batch goes from its own memory, right behind its length.
        await FlushAsync(stream, stop).ConfigureAwait(false);
        await stream.WriteAsync(frame, stop).ConfigureAwait(false);
    }

    private ValueTask FlushAsync(YamuxStream stream, CancellationToken stop)
    {
        if (_batchSize == 0) return ValueTask.CompletedTask;
        var batch = _batch.AsMemory(0, _batchSize);
        _batchSize = 0;
        return stream.WriteAsync(batch, stop);
    }
}
