using Ledger.Core.Grpc;

namespace Ledger.Node.Api;

/// <summary>
/// How many streams that never end by themselves are open at once: so many for a caller, so many for all. Each holds a
/// message while its reader does not read, so their number is what bounds a node's memory.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class StreamSeats(int perCaller, int inAll)
{
    private readonly Lock _gate = new();

    // By caller. Bound: inAll entries.
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>What a caller is told that has no seat.</summary>
    public RpcStatus TooMany { get; } = new(
        GrpcStatusCode.ResourceExhausted,
        $"this node serves at most {perCaller} streams at once to a caller and {inAll} to all; "
        + "end one, or ask another node",
        "TOO_MANY_STREAMS", TimeSpan.FromSeconds(5));

    /// <summary>A seat for a stream of this caller, given back by disposing of it; null when there is none.</summary>
    public IDisposable? TryTake(ApiCall call)
    {
        var caller = call.Caller?.Member.Id ?? call.Http.Connection.RemoteIpAddress?.ToString() ?? "";
        lock (_gate)
        {
            var mine = _taken.GetValueOrDefault(caller);
            if (mine == perCaller || _all == inAll) return null;
            _taken[caller] = mine + 1;
            _all++;
        }

        return new Seat(this, caller);
    }

    /// <summary>A handler of streams that runs only with a seat.</summary>
    public Func<TRequest, IMessageWriter<TResponse>, ApiCall, ValueTask<RpcStatus>> Guard<TRequest, TResponse>(
        Func<TRequest, IMessageWriter<TResponse>, ApiCall, ValueTask<RpcStatus>> handler) =>
        async (request, stream, call) =>
        {
            using var seat = TryTake(call);
            return seat is null ? TooMany : await handler(request, stream, call).ConfigureAwait(false);
        };

    private void Leave(string caller)
    {
        lock (_gate)
        {
            _all--;
            if (_taken[caller] == 1) _taken.Remove(caller);
            else _taken[caller]--;
        }
    }

    private sealed class Seat(StreamSeats seats, string caller) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) seats.Leave(caller);
        }
    }
}
