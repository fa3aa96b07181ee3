namespace Ledger.Node.Api.Rest;

/// <summary>One call over REST.</summary>
/// <remarks>Belongs to its handler; valid until the handler's task ends.</remarks>
internal sealed class RestCall : ApiCall, IDisposable
{
    private readonly CancellationTokenSource? _limit;
    private readonly CancellationTokenSource _any;

    /// <summary>Begins a call.</summary>
    /// <param name="http">The request.</param>
    /// <param name="limit">How long it may take; null for a stream.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopping">Set when the node stops: streams have no end of their own.</param>
    public RestCall(HttpContext http, TimeSpan? limit, TimeProvider time, CancellationToken stopping)
        : base(http)
    {
        _limit = limit is { } span ? new CancellationTokenSource(span, time) : null;
        _any = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, stopping, _limit?.Token ?? CancellationToken.None);
    }

    /// <inheritdoc/>
    public override CancellationToken Cancellation => _any.Token;

    /// <summary>Whether the client is gone: nothing that is written will be read.</summary>
    public bool Aborted => Http.RequestAborted.IsCancellationRequested;

    /// <inheritdoc/>
    public void Dispose()
    {
        _any.Dispose();
        _limit?.Dispose();
    }
}
