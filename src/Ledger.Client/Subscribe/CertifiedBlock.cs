using Ledger.Client.Verify;
using Ledger.Core.Transactions;

namespace Ledger.Client.Subscribe;

/// <summary>
/// A block of a subscription, verified: its certificate, its link to the block before, and what it holds. Immutable.
/// </summary>
/// <param name="Certified">The header with its certificate.</param>
/// <param name="Transactions">The transactions in order; empty when they were not asked for.</param>
/// <param name="Results">Their results, one for each.</param>
public sealed record CertifiedBlock(
    CertifiedBlockHeader Certified,
    IReadOnlyList<SignedTransaction> Transactions,
    IReadOnlyList<TransactionResult> Results);
