using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;

namespace Ledger.Node.Contracts;

/// <summary>A runtime that is being loaded: a node's start does not wait for it, its first use does.</summary>
/// <remarks>One thread at a time, as every runtime.</remarks>
internal sealed class LoadingRuntime(Func<IContractRuntime> load) : IContractRuntime
{
    private readonly Task<IContractRuntime> _loading = LoadAsync(load);

    private IContractRuntime Loaded => _loading.GetAwaiter().GetResult();

    // Engines evaluate scripts while they are made, and those need the stack that all scripts have.
    private static Task<IContractRuntime> LoadAsync(Func<IContractRuntime> load)
    {
        var loaded = new TaskCompletionSource<IContractRuntime>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    loaded.SetResult(load());
                }
                catch (Exception e)
                {
                    // Whoever first needs the runtime is told.
                    loaded.SetException(e);
                }
            },
            ScriptLimits.ThreadStackBytes)
        {
            Name = "ledger-engine-loading",
            IsBackground = true,
        };
        thread.Start();
        return loaded.Task;
    }

    public ContractEffects Execute(ContractRequest request, IContractLedger ledger) => Loaded.Execute(request, ledger);

    public ScheduledEffects? ExecuteDue(BlockHeight height, Timestamp time, IContractLedger ledger) =>
        Loaded.ExecuteDue(height, time, ledger);

    public Timestamp? NextDue(IContractLedger ledger) => Loaded.NextDue(ledger);

    public ContractOutcome Query(ContractQuery query, IContractLedger ledger) => Loaded.Query(query, ledger);

    public void Dispose()
    {
        try
        {
            Loaded.Dispose();
        }
        catch (Exception e) when (_loading.IsFaulted && e is not OutOfMemoryException)
        {
            // It was never there: whoever wanted it has been told.
        }
    }
}
