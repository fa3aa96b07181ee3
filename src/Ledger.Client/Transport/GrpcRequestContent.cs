using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>
/// One request message as an HTTP body. Serialized when it is sent, into a buffer that the sending owns.
/// </summary>
internal sealed class GrpcRequestContent : HttpContent
{
    private static readonly MediaTypeHeaderValue GrpcMediaType = new(GrpcHeaderNames.ContentType);

    private readonly IMessage _message;
    private readonly int _size;
    private readonly bool _gzip;

    public GrpcRequestContent(IMessage message, int compressFrom)
    {
        _message = message;
        _size = message.CalculateSize();
        _gzip = _size >= compressFrom;
        Headers.ContentType = GrpcMediaType;
    }

    /// <summary>Whether the message goes out compressed, so that the request must say with what.</summary>
    public bool IsCompressed => _gzip;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_gzip)
        {
            var packed = new ArrayBufferWriter<byte>();
            GrpcFrame.WriteGzip(packed, _message);
            await stream.WriteAsync(packed.WrittenMemory, cancellationToken);
            return;
        }

        var length = GrpcFrame.HeaderSize + _size;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            GrpcFrame.WriteHeader(buffer, compressed: false, _size);
            _message.WriteTo(buffer.AsSpan(GrpcFrame.HeaderSize, _size));
            await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = GrpcFrame.HeaderSize + _size;
        return !_gzip;
    }
}
