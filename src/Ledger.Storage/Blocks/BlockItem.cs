using Ledger.Core.Transactions;

namespace Ledger.Storage.Blocks;

/// <summary>What stands at one place of a block.</summary>
/// <param name="Position">Its place, from 0.</param>
/// <param name="Transaction">The transaction; null for a scheduled call, which is none.</param>
/// <param name="Result">What it came to.</param>
public sealed record BlockItem(uint Position, SignedTransaction? Transaction, TransactionResult Result);
