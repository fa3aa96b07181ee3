using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Core.Contracts;
using Ledger.Node.Hosting;

namespace Ledger.Node.Contracts;

/// <summary>
/// Runs queries one after the other, on a thread and in a runtime of their own: execution never waits for them. Bounded:
/// who finds the queue full is told at once.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class QueryWorker : IAsyncDisposable
{
    /// <summary>Most queries that wait.</summary>
    public const int QueueCapacity = 64;

    private readonly Func<IContractRuntime> _open;
    private readonly StageThread<Work> _thread;

    // Made by the first query: a node that is asked nothing keeps no second engine.
    private IContractRuntime? _runtime;

    public QueryWorker(Func<IContractRuntime> open)
    {
        _open = open;
        _thread = new StageThread<Work>("ledger-queries", QueueCapacity, 1, Run, ScriptLimits.ThreadStackBytes);
        _thread.Start();
    }

    /// <summary>Runs a query; null when there is too much to do already.</summary>
    public Task<ContractOutcome>? TryRun(Func<IContractRuntime, ContractOutcome> query, CancellationToken cancel)
    {
        var work = new Work(
            query, new TaskCompletionSource<ContractOutcome>(TaskCreationOptions.RunContinuationsAsynchronously), cancel);
        return _thread.TryAdd(work) ? work.Done.Task : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync().ConfigureAwait(false);
        _runtime?.Dispose();
    }

    private void Run(List<Work> items)
    {
        foreach (var (query, done, cancel) in items)
        {
            // Whoever asked has gone: nobody needs the answer.
            if (cancel.IsCancellationRequested)
            {
                done.SetCanceled(cancel);
                continue;
            }

            try
            {
                done.SetResult(query(_runtime ??= _open()));
            }
            catch (Exception e)
            {
                // One query's failure is that query's: the caller reports it.
                done.SetException(e);
            }
        }
    }

    private sealed record Work(
        Func<IContractRuntime, ContractOutcome> Query, TaskCompletionSource<ContractOutcome> Done, CancellationToken Cancel);
}
