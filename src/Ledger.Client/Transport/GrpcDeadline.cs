namespace Ledger.Client.Transport;

/// <summary>The end of one call: when its caller cancels or its time is over, and which of the two it was.</summary>
internal sealed class GrpcDeadline : IDisposable
{
    // A timer cannot wait longer than this; a deadline so far away is none.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource? _source;
    private readonly CancellationTokenRegistration _cancelled;
    private readonly CancellationToken _caller;

    public GrpcDeadline(TimeSpan? timeout, TimeProvider time, CancellationToken caller)
    {
        _caller = caller;
        Token = caller;
        if (timeout is not { } limit || limit > LongestTimer) return;
        if (limit == System.Threading.Timeout.InfiniteTimeSpan) return;
        limit = limit > TimeSpan.Zero ? limit : TimeSpan.Zero;
        Timeout = limit;
        _source = new CancellationTokenSource(limit, time);
        _cancelled = caller.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _source);
        Token = _source.Token;
    }

    /// <summary>The time for the call as the peer is told; null for no deadline.</summary>
    public TimeSpan? Timeout { get; }

    public CancellationToken Token { get; }

    public bool Passed => !_caller.IsCancellationRequested && _source is { IsCancellationRequested: true };

    public void ThrowIfCancelled() => _caller.ThrowIfCancellationRequested();

    public void Dispose()
    {
        _cancelled.Dispose();
        _source?.Dispose();
    }
}
