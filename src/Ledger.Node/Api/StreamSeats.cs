using Ledger.Core.Grpc;

namespace Ledger.Node.Api;

/// <summary>
/// How many streams that never end by themselves are open at once: so many for a caller, so many for all. Each holds a
/// message while its reader does not read, so their number is what bounds a node's memory.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class StreamSeats(int perCaller, int inAll)
{
    private readonly CallerSeats _seats = new(perCaller, inAll);

    /// <summary>What a caller is told that has no seat.</summary>
    public RpcStatus TooMany { get; } = new(
        GrpcStatusCode.ResourceExhausted,
        $"this node serves at most {perCaller} streams at once to a caller and {inAll} to all; "
        + "end one, or ask another node",
        "TOO_MANY_STREAMS", TimeSpan.FromSeconds(5));

    /// <summary>A seat for a stream of this caller, given back by disposing of it; null when there is none.</summary>
    public IDisposable? TryTake(ApiCall call) => _seats.TryTake(call);

    /// <summary>A handler of streams that runs only with a seat.</summary>
    public Func<TRequest, IMessageWriter<TResponse>, ApiCall, ValueTask<RpcStatus>> Guard<TRequest, TResponse>(
        Func<TRequest, IMessageWriter<TResponse>, ApiCall, ValueTask<RpcStatus>> handler) =>
        async (request, stream, call) =>
        {
            using var seat = TryTake(call);
            return seat is null ? TooMany : await handler(request, stream, call).ConfigureAwait(false);
        };
}
