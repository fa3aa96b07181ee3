namespace Ledger.Consensus.Timers;

/// <summary>
/// The one timer of the protocol (OSDI '99 sections 4.4 and 4.5.2): it measures how long a view brings no progress.
/// The first view change after progress waits the request timeout, each further one twice as long, up to a cap.
/// </summary>
internal sealed class ProgressTimer
{
    // Enough to pass any cap from any timeout.
    private const int MaxAttempts = 64;

    private readonly long _requestTimeoutMs;
    private readonly long _capMs;
    private LogicalTime? _deadline;
    private int _attempts;

    public ProgressTimer(long requestTimeoutMs, long capMs)
    {
        _requestTimeoutMs = requestTimeoutMs;
        _capMs = capMs;
    }

    /// <summary>The timeout that would be started now, in milliseconds.</summary>
    public long TimeoutMs
    {
        get
        {
            var timeout = _requestTimeoutMs;
            for (var i = 1; i < _attempts && timeout < _capMs; i++)
                timeout = timeout > _capMs / 2 ? _capMs : timeout * 2;
            return timeout;
        }
    }

    public bool IsRunning => _deadline is not null;

    public void Stop() => _deadline = null;

    public void StartIfStopped(LogicalTime now) => _deadline ??= now.After(TimeoutMs);

    public bool HasExpired(LogicalTime now) => _deadline is { } deadline && now >= deadline;

    /// <summary>A view change begins.</summary>
    public void OnViewChange()
    {
        _deadline = null;
        if (_attempts < MaxAttempts) _attempts++;
    }

    /// <summary>A height was executed: the timeout is short again, and starts anew.</summary>
    public void OnProgress()
    {
        _deadline = null;
        _attempts = 0;
    }
}
