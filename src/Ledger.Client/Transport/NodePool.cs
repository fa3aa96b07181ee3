using Ledger.Core.Callers;
using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>
/// Several nodes behind one call: a call that a node does not answer goes to the next, with a growing pause after each
/// full round; a node that is full is given the time it asks for.
/// </summary>
/// <remarks>Safe for concurrent use: its only state is which node answered last.</remarks>
internal sealed class NodePool(IReadOnlyList<INodeApi> nodes, LedgerClientOptions options) : IDisposable
{
    private int _preferred;

    public IReadOnlyList<INodeApi> Nodes => nodes;

    /// <summary>The node to ask first: the one that answered last.</summary>
    public INodeApi Preferred => nodes[Volatile.Read(ref _preferred)];

    /// <summary>Asks nodes in turn until one answers.</summary>
    /// <exception cref="LedgerUnavailableException">None did within the allowed attempts.</exception>
    /// <exception cref="LedgerRefusedException">A node refused.</exception>
    public async Task<T> CallAsync<T>(
        Func<INodeApi, TimeSpan, CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        RpcException? last = null;
        for (var attempt = 0; attempt < options.MaxAttempts; attempt++)
        {
            if (last is not null) await PauseAsync(attempt, last, cancellation);
            try
            {
                return await call(Preferred, options.CallTimeout, cancellation);
            }
            catch (RpcException fault) when (IsWorthRetrying(fault))
            {
                last = fault;
                if (!IsFull(fault)) Rotate();
            }
            catch (RpcException fault) when (IsAboutCaller(fault) && attempt + 1 < nodes.Count)
            {
                // Perhaps this node alone is set up wrongly, or its clock is.
                last = fault;
                Rotate();
            }
            catch (RpcException fault)
            {
                throw new LedgerRefusedException(fault);
            }
        }

        throw new LedgerUnavailableException(
            $"no answer from {string.Join(", ", nodes.Select(n => n.Name))} in {options.MaxAttempts} attempts; "
            + $"the last failure was: {last!.Message}",
            last);
    }

    /// <summary>Whether the same request may succeed later or elsewhere.</summary>
    public static bool IsWorthRetrying(RpcException fault) => fault.Code switch
    {
        GrpcStatusCode.Unavailable or GrpcStatusCode.DeadlineExceeded or GrpcStatusCode.Aborted
            or GrpcStatusCode.Cancelled or GrpcStatusCode.Unknown or GrpcStatusCode.Internal => true,
        _ => IsFull(fault),
    };

    /// <summary>
    /// Whether a node does not know who calls. Of a transaction's key or signature it says something else.
    /// </summary>
    public static bool IsAboutCaller(RpcException fault) =>
        fault.Code == GrpcStatusCode.Unauthenticated
        && Enum.GetValues<CallerFault>().Any(f => f != CallerFault.None && f.WireName() == fault.Reason);

    /// <summary>
    /// Whether the node asks to be called again later; a message that is too large is another matter.
    /// </summary>
    public static bool IsFull(RpcException fault) =>
        fault.Code == GrpcStatusCode.ResourceExhausted && (fault.RetryDelay is not null || fault.Reason == "POOL_FULL");

    /// <summary>Asks the next node from now on.</summary>
    public void Rotate()
    {
        if (nodes.Count > 1) Volatile.Write(ref _preferred, (Volatile.Read(ref _preferred) + 1) % nodes.Count);
    }

    /// <summary>
    /// Waits before the given attempt: as long as a full node asks, or with back-off after each full round.
    /// </summary>
    public Task PauseAsync(int attempt, RpcException? last, CancellationToken cancellation)
    {
        if (last is not null && IsFull(last) && last.RetryDelay is { } wish)
            return DelayAsync(wish < options.MaxBackoff ? wish : options.MaxBackoff, cancellation);
        if (attempt % nodes.Count != 0 && (last is null || !IsFull(last))) return Task.CompletedTask;
        var rounds = Math.Min(attempt / nodes.Count, 20);
        var ceiling = Math.Min(
            options.FirstBackoff.TotalMilliseconds * (1 << rounds) / 2, options.MaxBackoff.TotalMilliseconds);
        // Half of it is random, so that clients that failed together do not return together.
        return DelayAsync(TimeSpan.FromMilliseconds(ceiling * (0.5 + (Random.Shared.NextDouble() / 2))), cancellation);
    }

    public void Dispose()
    {
        foreach (var node in nodes) node.Dispose();
    }

    private Task DelayAsync(TimeSpan delay, CancellationToken cancellation) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, options.Time, cancellation) : Task.CompletedTask;
}
