using System.Buffers;
using Google.Protobuf;
using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>Reads the messages of a response body.</summary>
/// <remarks>Not thread-safe. The buffer comes from the pool and goes back with <see cref="Dispose"/>.</remarks>
internal sealed class GrpcResponseReader(Stream body, string? encoding, int maxBytes) : IDisposable
{
    private const int InitialSize = 4096;

    // Invariant: 0 <= _start <= _end <= _buffer.Length. Bound: a frame header and the largest message, doubled at most.
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;

    /// <summary>The next message, or null at the end of the body.</summary>
    /// <exception cref="RpcException">The peer broke the protocol, or the message exceeds the limit.</exception>
    public async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var result = GrpcFrame.ReadHeader(
                _buffer.AsSpan(_start, _end - _start), maxBytes, out var compressed, out var length);
            if (result is GrpcFrameResult.TooLarge) throw TooLarge();
            if (result is GrpcFrameResult.Malformed) throw Broken("a malformed message header");
            var needed = GrpcFrame.HeaderSize + length;
            if (result is GrpcFrameResult.Complete && _end - _start >= needed)
            {
                var message = Parse(parser, _start + GrpcFrame.HeaderSize, length, compressed);
                _start += needed;
                return message;
            }

            MakeRoom(needed);
            var read = await body.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
            {
                if (_start == _end) return null;
                throw Broken("a response that ends inside a message");
            }

            _end += read;
        }
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        (_start, _end) = (0, 0);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    // Grows by doubling as bytes really arrive, so that a peer which only announces a large message costs nothing.
    private void MakeRoom(int needed)
    {
        if (_start == _end) (_start, _end) = (0, 0);
        if (_end < _buffer.Length && _start + needed <= _buffer.Length) return;
        var held = _end - _start;
        if (held < _buffer.Length / 2 || needed <= _buffer.Length)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(needed, _buffer.Length * 2));
            _buffer.AsSpan(_start, held).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        (_start, _end) = (0, held);
    }

    private T Parse<T>(MessageParser<T> parser, int offset, int length, bool compressed)
        where T : class, IMessage<T>
    {
        try
        {
            return compressed ? parser.ParseFrom(Inflate(offset, length)) : parser.ParseFrom(_buffer, offset, length);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Broken("a message that is not valid protobuf for this method", e);
        }
    }

    private byte[] Inflate(int offset, int length)
    {
        if (encoding != GrpcCompression.Gzip) throw Broken("a message in an encoding that this client did not offer");
        var packed = new ReadOnlySequence<byte>(_buffer, offset, length);
        return GrpcCompression.Inflate(packed, maxBytes, out var plain) switch
        {
            InflateResult.Ok => plain!,
            InflateResult.TooLarge => throw TooLarge(),
            _ => throw Broken("a damaged compressed message"),
        };
    }

    private static RpcException Broken(string what, Exception? cause = null) =>
        new(new RpcStatus(GrpcStatusCode.Internal, $"The node sent {what}."), cause);

    private RpcException TooLarge() => new(new RpcStatus(
        GrpcStatusCode.ResourceExhausted,
        $"The node's answer is larger than the {maxBytes} bytes that this client accepts.",
        "MESSAGE_TOO_LARGE"));
}
