using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;

namespace Ledger.Node.Contracts;

/// <summary>A runtime that is being loaded: a node's start does not wait for it, its first use does.</summary>
/// <remarks>One thread at a time, as every runtime.</remarks>
internal sealed class LoadingRuntime(Func<IContractRuntime> load) : IContractRuntime
{
    private readonly Task<IContractRuntime> _loading = Task.Run(load);

    private IContractRuntime Loaded => _loading.GetAwaiter().GetResult();

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
