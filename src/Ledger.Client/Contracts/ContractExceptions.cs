using Ledger.Client.Submit;
using Ledger.Core.Contracts;

namespace Ledger.Client.Contracts;

/// <summary>A contract transaction or query was executed and took no effect.</summary>
public sealed class ContractFailedException : Exception
{
    internal ContractFailedException(ContractOutcome outcome, AnchorOutcome? transaction)
        : base(Describe(outcome)) => (Outcome, Transaction) = (outcome, transaction);

    /// <summary>How and why.</summary>
    public ContractOutcome Outcome { get; }

    /// <summary>The transaction and where it stands; null for a query.</summary>
    public AnchorOutcome? Transaction { get; }

    /// <summary>The reason for programs: the contract's own, or the runtime's; may be empty.</summary>
    public string Code => Outcome.Code;

    private static string Describe(ContractOutcome outcome)
    {
        var what = outcome.Status switch
        {
            ContractStatus.OutOfGas => $"the gas limit was reached ({outcome.GasUsed} used); declare more",
            ContractStatus.OutOfMemory => "the contract asked for more memory than the channel allows",
            ContractStatus.TooDeep => "calls went too deep",
            ContractStatus.Trapped => "the engine stopped the contract",
            ContractStatus.Refused => "it was refused before it ran",
            _ => "the contract failed",
        };
        var why = string.Join(": ", new[] { outcome.Code, outcome.Message }.Where(t => t.Length > 0));
        return why.Length == 0 ? what : $"{what}: {why}";
    }
}

/// <summary>
/// A contract transaction was not executed, or it is not known whether it was: see the state. One that is undecided may
/// still be executed; submit the very same transaction again.
/// </summary>
public sealed class ContractNotExecutedException : Exception
{
    internal ContractNotExecutedException(AnchorOutcome transaction)
        : base(
            $"{transaction.State}: {transaction.Detail ?? transaction.Reason ?? "the transaction was not executed"}") =>
        Transaction = transaction;

    /// <summary>The transaction and what became of it.</summary>
    public AnchorOutcome Transaction { get; }
}
