using Ledger.Node.Execution;
using Ledger.Node.Hosting;

namespace Ledger.Node.Mempool;

/// <summary>
/// Removes transactions that can no longer be recorded: those whose <c>valid_until</c> has passed by the node's clock. By
/// consensus time too, give or take the allowed drift; one that is proposed all the same fails at execution. Calls that
/// wait for a removed one are woken: it may never come to anything.
/// </summary>
internal sealed class PoolJanitor(TransactionPool pool, OutcomeHub outcomes, NodeClock clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock.Provider);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false)) outcomes.Signal(pool.RemoveExpired(clock.Now));
    }
}
