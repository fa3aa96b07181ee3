namespace Ledger.Client.Transport;

/// <summary>The end of one call: when its caller cancels or its time is over, and which of the two it was.</summary>
internal sealed class GrpcDeadline : IDisposable
{
    private readonly CancellationTokenSource? _source;
    private readonly CancellationTokenRegistration _cancelled;
    private readonly CancellationToken _caller;

    public GrpcDeadline(TimeSpan? timeout, TimeProvider time, CancellationToken caller)
    {
        _caller = caller;
        Token = caller;
        if (timeout is not { } limit) return;
        _source = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time);
        _cancelled = caller.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _source);
        Token = _source.Token;
    }

    public CancellationToken Token { get; }

    public bool Passed => !_caller.IsCancellationRequested && _source is { IsCancellationRequested: true };

    public void ThrowIfCancelled() => _caller.ThrowIfCancellationRequested();

    public void Dispose()
    {
        _cancelled.Dispose();
        _source?.Dispose();
    }
}
