using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Rest.Forms;

namespace Ledger.Node.Api.Rest.Streams;

/// <summary>
/// One stream of server-sent events (HTML standard, 9.2). One event at a time is held in memory: the handler waits
/// until the reader has taken it, and a reader that takes too long is an exception.
/// </summary>
/// <remarks>Safe for concurrent use by one writer of events and one of heartbeats.</remarks>
internal sealed class EventStream(HttpContext http, TimeSpan patience, TimeProvider time, CancellationToken cancel)
    : IDisposable
{
    private static readonly byte[] Heartbeat = ": still here\n\n"u8.ToArray();
    private static readonly byte[] Beginning = "retry: 2000\n\n"u8.ToArray();

    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _begun;

    /// <summary>Whether anything was written, so that a refusal is an event too.</summary>
    public bool HasBegun => Volatile.Read(ref _begun);

    /// <summary>Headers of a stream.</summary>
    public static void Prepare(HttpResponse response)
    {
        response.ContentType = MediaTypes.EventStream;
        // Those in between are asked not to gather events.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Lets the reader know that the stream is open.</summary>
    public ValueTask BeginAsync() => WriteAsync(Array.Empty<byte>());

    /// <summary>Writes an event.</summary>
    /// <param name="name">What kind of event it is.</param>
    /// <param name="id">Where a reader that was cut off goes on after; null when it is not dealt with by this
    /// alone.</param>
    /// <param name="data">What is told.</param>
    /// <param name="type">How it is written: on one line.</param>
    public ValueTask WriteAsync<T>(string name, ulong? id, T data, JsonTypeInfo<T> type)
    {
        var head = id is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\nevent: {name}\ndata: ")
            : $"event: {name}\ndata: ";
        var json = JsonSerializer.SerializeToUtf8Bytes(data, type);
        var bytes = new byte[head.Length + json.Length + 2];
        Encoding.ASCII.GetBytes(head, bytes);
        json.CopyTo(bytes, head.Length);
        bytes[^2] = bytes[^1] = (byte)'\n';
        return WriteAsync(bytes);
    }

    /// <summary>Writes a sign of life.</summary>
    public ValueTask BeatAsync() => WriteAsync(Heartbeat);

    /// <summary>Tells why the stream ends.</summary>
    public ValueTask EndAsync(RpcStatus status) => WriteAsync(
        "problem", null, Problems.Of(status, HttpStatusTable.Of(status)), RestJson.Shared.ProblemForm);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async ValueTask WriteAsync(byte[] bytes)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var output = http.Response.BodyWriter;
            if (!_begun)
            {
                Prepare(http.Response);
                Volatile.Write(ref _begun, true);
                output.Write(Beginning);
            }

            output.Write(bytes);
            await output.FlushAsync(cancel).AsTask().WaitAsync(patience, time, cancel).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
