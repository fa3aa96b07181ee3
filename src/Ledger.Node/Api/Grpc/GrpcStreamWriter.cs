using System.IO.Pipelines;
using Google.Protobuf;
using Ledger.Core.Grpc;
using Microsoft.AspNetCore.Connections;

namespace Ledger.Node.Api.Grpc;

/// <summary>Writes the messages of a response, one after the other.</summary>
/// <remarks>Not thread-safe; belongs to the handler of its call. Waits when the client does not keep up.</remarks>
/// <typeparam name="T">The response message.</typeparam>
public sealed class GrpcStreamWriter<T> : IMessageWriter<T>
    where T : class, IMessage<T>
{
    // Without an explicit flush this much may wait for the next one: about one TLS record.
    private const int FlushThreshold = 16 * 1024;

    private readonly PipeWriter _output;
    private readonly int _compressFrom;
    private readonly GrpcCall _call;
    private int _unflushed;

    internal GrpcStreamWriter(GrpcCall call, GrpcServerOptions options)
    {
        _output = call.Http.Response.BodyWriter;
        _call = call;
        _compressFrom = Negotiate(call.Http, options);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(T message, bool flush = true)
    {
        _call.Cancellation.ThrowIfCancellationRequested();
        Write(message);
        if (!flush && _unflushed < FlushThreshold) return default;
        _unflushed = 0;
        var flushed = _output.FlushAsync(_call.Cancellation);
        return flushed.IsCompletedSuccessfully ? Check(flushed.Result) : WaitAsync(flushed);
    }

    /// <summary>Writes one message that will be flushed with the trailers.</summary>
    internal void Write(T message)
    {
        var gzip = _compressFrom != int.MaxValue && message.CalculateSize() >= _compressFrom;
        var written = gzip ? GrpcFrame.WriteGzip(_output, message) : GrpcFrame.Write(_output, message);
        _unflushed += written;
        _call.HasWritten = true;
    }

    // The response names gzip when a message may use it; each message then says by its flag whether it does.
    private static int Negotiate(HttpContext http, GrpcServerOptions options)
    {
        string? accepted = http.Request.Headers[GrpcHeaderNames.AcceptEncoding];
        if (accepted is null || !GrpcHeaderNames.Accepts(accepted, GrpcCompression.Gzip)) return int.MaxValue;
        http.Response.Headers[GrpcHeaderNames.Encoding] = GrpcCompression.Gzip;
        return options.CompressResponsesFromBytes;
    }

    private static async ValueTask WaitAsync(ValueTask<FlushResult> flushed) => await Check(await flushed);

    // The reading side is complete when the connection is gone: stop the handler as a cancellation would.
    private static ValueTask Check(FlushResult result) =>
        result.IsCompleted ? ValueTask.FromException(new ConnectionAbortedException()) : default;
}
