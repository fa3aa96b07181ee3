using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Grpc;

/// <summary>One call on the server: who called, until when, and when to stop.</summary>
/// <remarks>Belongs to its handler; valid until the handler's task ends.</remarks>
public sealed class GrpcCall : ApiCall, IDisposable
{
    // A timer cannot wait longer than this; a deadline so far away is none.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenRegistration _aborted;

    internal GrpcCall(HttpContext http, TimeSpan? timeout, TimeProvider time)
        : base(http)
    {
        if (timeout is not { } limit || limit > LongestTimer)
        {
            Cancellation = http.RequestAborted;
            return;
        }

        Timeout = limit;
        _deadline = new CancellationTokenSource(limit, time);
        _aborted = http.RequestAborted.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _deadline);
        Cancellation = _deadline.Token;
    }

    /// <summary>
    /// The time that the client left for the call, counted from its arrival; null when it set no deadline.
    /// </summary>
    public TimeSpan? Timeout { get; }

    /// <inheritdoc/>
    public override CancellationToken Cancellation { get; }

    /// <summary>Whether a message was written, so that the status must follow it as a trailer.</summary>
    internal bool HasWritten { get; set; }

    /// <summary>Whether the client is gone: nothing that is written will be read.</summary>
    internal bool Aborted => Http.RequestAborted.IsCancellationRequested;

    /// <summary>Whether the deadline passed while the client was still there.</summary>
    internal bool DeadlinePassed => !Aborted && _deadline is { IsCancellationRequested: true };

    /// <inheritdoc/>
    public void Dispose()
    {
        _aborted.Dispose();
        _deadline?.Dispose();
    }

    /// <summary>Reads the timeout of a request. False when the header is malformed.</summary>
    internal static bool TryReadTimeout(HttpRequest request, out TimeSpan? timeout)
    {
        timeout = null;
        if (!request.Headers.TryGetValue(GrpcHeaderNames.Timeout, out var header)) return true;
        if (!GrpcTimeout.TryParse(header.ToString(), out var value)) return false;
        timeout = value;
        return true;
    }
}
