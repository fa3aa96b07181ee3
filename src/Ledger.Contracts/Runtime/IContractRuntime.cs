using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Contracts.Runtime;

/// <summary>
/// Executes contract transactions: what the executor of blocks, the sandbox of <c>ledger contract test</c> and queries
/// have in common. A function of its arguments and of <see cref="IContractLedger"/>.
/// </summary>
/// <remarks>One thread at a time.</remarks>
public interface IContractRuntime : IDisposable
{
    /// <summary>Executes a transaction. Never throws for anything that a contract or its caller did.</summary>
    ContractEffects Execute(ContractRequest request, IContractLedger ledger);

    /// <summary>
    /// Executes the first scheduled call that is due at <paramref name="time"/>; null when none is. The call is taken off
    /// the schedule whatever becomes of it (an entry that repeats is put on again for its next time).
    /// </summary>
    ScheduledEffects? ExecuteDue(BlockHeight height, Timestamp time, IContractLedger ledger);

    /// <summary>When the next scheduled call falls due; null when nothing is scheduled.</summary>
    Timestamp? NextDue(IContractLedger ledger);

    /// <summary>Runs a query: reads only, free, no transaction.</summary>
    ContractOutcome Query(ContractQuery query, IContractLedger ledger);
}

/// <summary>A contract transaction at its place in a block.</summary>
/// <param name="Body">What it asks for.</param>
/// <param name="TransactionId">Its id.</param>
/// <param name="Key">The key that signed it.</param>
/// <param name="Sender">The member that the key belongs to.</param>
/// <param name="Height">Its block.</param>
/// <param name="Time">The block's consensus time.</param>
public sealed record ContractRequest(
    ContractBody Body, Hash256 TransactionId, KeyId Key, Member Sender, BlockHeight Height, Timestamp Time);

/// <summary>A query. Without a caller, <c>ctx.caller</c> is null in the contract.</summary>
public sealed record ContractQuery(
    string Contract, string Function, string ArgumentsJson, KeyId? Key, Member? Caller, BlockHeight Height, Timestamp Time);

/// <summary>What a transaction did. When the outcome is not <c>Returned</c>, there are no writes.</summary>
/// <param name="Outcome">
/// The outcome, which goes into the block's results; with it the events and the evidence records to append.
/// </param>
/// <param name="Writes">Changes of the state, each key once, ordered by namespace and key.</param>
public sealed record ContractEffects(ContractOutcome Outcome, IReadOnlyList<ContractWrite> Writes);

/// <summary>What a scheduled call did, and which it was.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Id">The entry's own id: a hash that no other entry of the channel ever has.</param>
/// <param name="Effects">What it did; its writes take the entry off the schedule in any case.</param>
public sealed record ScheduledEffects(string Contract, Hash256 Id, ContractEffects Effects);
