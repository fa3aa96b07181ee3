using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Grpc;

/// <summary>Reads the messages of a request, one after the other.</summary>
/// <remarks>Not thread-safe; belongs to the handler of its call.</remarks>
/// <typeparam name="T">The request message.</typeparam>
public sealed class GrpcStreamReader<T>
    where T : class, IMessage<T>
{
    private readonly PipeReader _input;
    private readonly MessageParser<T> _parser;
    private readonly string? _encoding;
    private readonly int _maxBytes;

    internal GrpcStreamReader(GrpcCall call, MessageParser<T> parser, GrpcServerOptions options)
    {
        _input = call.Http.Request.BodyReader;
        _parser = parser;
        _encoding = call.Http.Request.Headers[GrpcHeaderNames.Encoding];
        _maxBytes = options.MaxReceiveMessageBytes;
    }

    /// <summary>Why reading ended early; null while the client keeps to the protocol.</summary>
    internal RpcStatus? Failure { get; private set; }

    /// <summary>
    /// The next message, or null at the end of the stream. Null also when the client broke the protocol; the call then
    /// ends with that status, whatever the handler returns.
    /// </summary>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellation)
    {
        while (Failure is null)
        {
            ReadResult read;
            try
            {
                if (!_input.TryRead(out read)) read = await _input.ReadAsync(cancellation);
            }
            catch (IOException)
            {
                // The client's doing: it reset the stream or broke HTTP.
                Failure = new RpcStatus(GrpcStatusCode.Cancelled, "The request broke off.");
                return null;
            }

            var buffer = read.Buffer;
            if (read.IsCanceled)
            {
                Failure = new RpcStatus(GrpcStatusCode.DeadlineExceeded, "The request did not arrive in time.");
                _input.AdvanceTo(buffer.End);
                return null;
            }

            var result = GrpcFrame.Read(buffer, _maxBytes, out var compressed, out var body);
            switch (result)
            {
                case GrpcFrameResult.Complete:
                    var message = Parse(body, compressed);
                    _input.AdvanceTo(body.End);
                    return message;
                case GrpcFrameResult.Incomplete when !read.IsCompleted:
                    _input.AdvanceTo(buffer.Start, buffer.End);
                    continue;
                case GrpcFrameResult.Incomplete when buffer.IsEmpty:
                    _input.AdvanceTo(buffer.End);
                    return null;
                case GrpcFrameResult.Incomplete:
                    Failure = new RpcStatus(GrpcStatusCode.Internal, "The request ends inside a message.");
                    break;
                case GrpcFrameResult.TooLarge:
                    Failure = TooLarge();
                    break;
                default:
                    Failure = new RpcStatus(GrpcStatusCode.Internal, "The request has a malformed message header.");
                    break;
            }

            _input.AdvanceTo(buffer.End);
        }

        return null;
    }

    /// <summary>Reads the only message of a request, which must arrive within <paramref name="limit"/>.</summary>
    internal async ValueTask<T?> ReadSingleAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var pending = ReadAsync(cancellation);
        T? message;
        if (pending.IsCompleted)
        {
            message = await pending;
        }
        else
        {
            await using var timer = time.CreateTimer(
                static input => ((PipeReader)input!).CancelPendingRead(), _input, limit, Timeout.InfiniteTimeSpan);
            message = await pending;
        }

        if (message is null) Failure ??= new RpcStatus(GrpcStatusCode.Internal, "The request has no message.");
        return message;
    }

    private T? Parse(in ReadOnlySequence<byte> body, bool compressed)
    {
        try
        {
            if (!compressed) return _parser.ParseFrom(body);
            return Inflate(body) is { } plain ? _parser.ParseFrom(plain) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            Failure = new RpcStatus(
                GrpcStatusCode.Internal, "The request message is not valid protobuf for this method.");
            return null;
        }
    }

    private byte[]? Inflate(in ReadOnlySequence<byte> body)
    {
        if (_encoding != GrpcCompression.Gzip)
        {
            Failure = _encoding is null or GrpcCompression.Identity
                ? new RpcStatus(GrpcStatusCode.Internal, "A message is compressed, but grpc-encoding is not set.")
                : new RpcStatus(GrpcStatusCode.Unimplemented, "Compress messages with gzip or not at all.");
            return null;
        }

        var result = GrpcCompression.Inflate(body, _maxBytes, out var plain);
        if (result == InflateResult.TooLarge) Failure = TooLarge();
        if (result == InflateResult.Corrupt)
            Failure = new RpcStatus(GrpcStatusCode.Internal, "A compressed message is damaged.");
        return plain;
    }

    private RpcStatus TooLarge() => new(
        GrpcStatusCode.ResourceExhausted,
        $"The message is larger than the {_maxBytes} bytes that this node accepts. Send less in one call.",
        "MESSAGE_TOO_LARGE");
}
