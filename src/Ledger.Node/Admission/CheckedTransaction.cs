using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Node.Admission;

/// <summary>
/// A transaction that <see cref="TransactionRules.TryDecode"/> passed, with its decoded body. Immutable.
/// </summary>
/// <param name="Signed">The transaction.</param>
/// <param name="Body">Its body when it is of kind 1.</param>
/// <param name="Change">Its body when it is of kind 2.</param>
/// <param name="Contract">Its body when it is of kind 3.</param>
internal sealed record CheckedTransaction(
    SignedTransaction Signed, EvidenceBody? Body, ValidatorChangeBody? Change = null, ContractBody? Contract = null)
{
    /// <summary>Its records; none when it is of another kind.</summary>
    public IReadOnlyList<EvidenceBody.Item> Items => Body?.Items ?? [];

    /// <summary>The gas that it may use at most: what it takes of a block's.</summary>
    public ulong Gas => Contract?.GasLimit ?? 0;

    public Hash256 Id => Signed.Id;

    public int Size => Signed.Encoded.Length;
}
