using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Simulation.World;

/// <summary>
/// A channel with contracts on which nobody deploys any: what nodes do because there could be is what a run is about.
/// </summary>
internal sealed class SimContracts : IContractRuntime
{
    private SimContracts()
    {
    }

    public static SimContracts Instance { get; } = new();

    public static ContractParameters Parameters { get; } = new() { Engine = Sha256.Instance.Hash("none"u8) };

    public ContractEffects Execute(ContractRequest request, IContractLedger ledger) =>
        throw new InvalidOperationException("nobody sends a contract transaction here");

    public ScheduledEffects? ExecuteDue(BlockHeight height, Timestamp time, IContractLedger ledger) => null;

    public Timestamp? NextDue(IContractLedger ledger) => null;

    public ContractOutcome Query(ContractQuery query, IContractLedger ledger) =>
        throw new InvalidOperationException("nobody asks a contract here");

    public void Dispose()
    {
    }
}
