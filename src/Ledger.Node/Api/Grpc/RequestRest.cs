using System.IO.Pipelines;

namespace Ledger.Node.Api.Grpc;

/// <summary>
/// Reads what is left of a request and throws it away, within bounds. A response that ends before its request makes the
/// HTTP server reset the stream, and some clients then lose the status.
/// </summary>
internal static class RequestRest
{
    /// <summary>Reads on to the end, or until so many bytes have come or so much time has passed.</summary>
    public static ValueTask DiscardAsync(PipeReader body, long maxBytes, TimeSpan limit, TimeProvider time)
    {
        try
        {
            // Mostly nothing is left.
            if (!body.TryRead(out var read)) return DiscardSlowlyAsync(body, maxBytes, limit, time);
            body.AdvanceTo(read.Buffer.End);
            return read.IsCompleted ? default : DiscardSlowlyAsync(body, maxBytes, limit, time);
        }
        catch (IOException)
        {
            // The client reset the stream; nothing is left to read.
            return default;
        }
    }

    private static async ValueTask DiscardSlowlyAsync(PipeReader body, long maxBytes, TimeSpan limit, TimeProvider time)
    {
        using var over = new CancellationTokenSource(limit, time);
        try
        {
            for (long discarded = 0; discarded <= maxBytes;)
            {
                var read = await body.ReadAsync(over.Token);
                discarded += read.Buffer.Length;
                body.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Too slow, or gone: the status follows if the connection still stands.
        }
    }
}
