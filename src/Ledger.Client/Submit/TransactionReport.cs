using Ledger.Client.Contracts;

namespace Ledger.Client.Submit;

/// <summary>What became of a transaction.</summary>
public enum TransactionState
{
    /// <summary>The node does not know it.</summary>
    Unknown = 0,

    /// <summary>Admitted, and not in a certified block yet.</summary>
    Pending,

    /// <summary>In a certified block, and it took effect.</summary>
    Committed,

    /// <summary>In a certified block, without effect.</summary>
    Failed,
}

/// <summary>What became of a transaction, with proof where there is one. Immutable.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Proof">
/// The receipt of its result, verified, with its block; null while it is in none.
/// </param>
public sealed record TransactionReport(TransactionState State, VerifiedResult? Proof);
