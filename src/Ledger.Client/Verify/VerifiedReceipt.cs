using Ledger.Core.Receipts;

namespace Ledger.Client.Verify;

/// <summary>A receipt that was verified against the channel's genesis. Immutable.</summary>
/// <param name="Receipt">The receipt; <see cref="ReceiptJson.Write"/> makes the file of it.</param>
/// <param name="Content">What it proves.</param>
public sealed record VerifiedReceipt(Receipt Receipt, ReceiptContent Content);
