using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;

namespace Ledger.Storage.Evidence;

/// <summary>
/// Where the records of leaves stand: in the body of an evidence transaction, or in the result of a contract transaction
/// or a scheduled call. docs/spec/contracts.md.
/// </summary>
/// <param name="Id">The transaction's id; the entry's of a scheduled call.</param>
/// <param name="Sender">The key that signed it; zero for a scheduled call, which nobody signed.</param>
/// <param name="Items">The records in order.</param>
internal sealed record LeafSource(Hash256 Id, KeyId Sender, IReadOnlyList<EvidenceBody.Item> Items)
{
    /// <summary>The other parties that signed the records.</summary>
    public IReadOnlyList<CoSigner> CoSigners { get; private init; } = [];

    /// <summary>
    /// What a transaction with its result, or a scheduled call's result alone, put into the log; null when the bytes do
    /// not say so.
    /// </summary>
    public static LeafSource? Of(SignedTransaction? transaction, in TransactionResult result)
    {
        if (transaction?.Content.Kind == TransactionKind.Evidence) return OfEvidence(transaction);
        var sender = transaction?.Content.Sender ?? default;
        var items = ItemsOf(result.Outcome);
        return items is null ? null : new LeafSource(transaction?.Id ?? result.TransactionId, sender, items);
    }

    private static LeafSource? OfEvidence(SignedTransaction transaction)
    {
        if (!EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _)) return null;
        return new LeafSource(transaction.Id, transaction.Content.Sender, body.Items)
        {
            CoSigners = body.CoSignatures.Count == 0 ? [] : [.. body.CoSignatures.Select(s => s.Signer)],
        };
    }

    private static List<EvidenceBody.Item>? ItemsOf(ContractOutcome? outcome)
    {
        if (outcome is null) return null;
        var items = new List<EvidenceBody.Item>(outcome.Records.Count);
        foreach (var bytes in outcome.Records)
        {
            if (!EvidenceRecord.TryDecode(bytes.Span, out var record, out _)) return null;
            items.Add(new EvidenceBody.Item(record, bytes));
        }

        return items;
    }
}
