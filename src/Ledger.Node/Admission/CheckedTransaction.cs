using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;

namespace Ledger.Node.Admission;

/// <summary>
/// A transaction that <see cref="TransactionRules.TryDecode"/> passed, with its decoded body. Immutable.
/// </summary>
internal sealed record CheckedTransaction(SignedTransaction Signed, EvidenceBody Body)
{
    public Hash256 Id => Signed.Id;

    public int Size => Signed.Encoded.Length;
}
