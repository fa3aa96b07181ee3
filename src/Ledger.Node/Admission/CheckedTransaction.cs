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
internal sealed record CheckedTransaction(
    SignedTransaction Signed, EvidenceBody? Body, ValidatorChangeBody? Change = null)
{
    /// <summary>Its records; none when it is of another kind.</summary>
    public IReadOnlyList<EvidenceBody.Item> Items => Body?.Items ?? [];

    public Hash256 Id => Signed.Id;

    public int Size => Signed.Encoded.Length;
}
