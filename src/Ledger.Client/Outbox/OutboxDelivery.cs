using Ledger.Client.Submit;
using Ledger.Client.Submit.Journal;
using Ledger.Client.Transport;
using Ledger.Core.Blocks;
using Ledger.Core.Transactions;

namespace Ledger.Client.Outbox;

/// <summary>How one attempt to bring a batch onto the chain ended.</summary>
/// <param name="Settlement">What follows.</param>
/// <param name="Outcome">What the nodes said; null when the attempt failed.</param>
/// <param name="Problem">Why it did not end, as a sentence.</param>
/// <param name="NoAnswer">Whether no node answered.</param>
internal sealed record OutboxDelivery(Settlement Settlement, AnchorOutcome? Outcome, string? Problem, bool NoAnswer);

/// <summary>Brings one batch onto the chain, or tries to. Stateless; safe for concurrent use.</summary>
internal sealed class OutboxCourier(LedgerClient client, OutboxOptions options)
{
    /// <summary>Sends a batch's transaction. What the network or a node does wrong ends as a delivery, not an
    /// exception.</summary>
    public async Task<OutboxDelivery> DeliverAsync(JournalBatch batch, CancellationToken stop)
    {
        try
        {
            var outcome = await client.AnchorAsync(batch.Transaction, options.AttemptTimeout, stop);
            var settlement = Settlements.Of(outcome);
            if (settlement == Settlement.Recorded && options.Prove) outcome = await ProveAsync(batch, outcome, stop);
            if (settlement == Settlement.Refused && Settlements.IsOfRecords(outcome.Reason)
                && await client.IsRefusedForGoodAsync(batch.Transaction, stop))
            {
                settlement = Settlement.Rejected;
            }

            return new OutboxDelivery(settlement, outcome, Describe(settlement, outcome), outcome.NoAnswer);
        }
        catch (LedgerUnavailableException fault)
        {
            return new OutboxDelivery(Settlement.SendAgain, null, fault.Message, NoAnswer: true);
        }
        catch (Exception fault) when (fault is LedgerIntegrityException or LedgerRefusedException or RpcException)
        {
            return new OutboxDelivery(Settlement.SendAgain, null, fault.Message, NoAnswer: false);
        }
    }

    /// <summary>
    /// Has a block made for a time mark, so that the chain's time moves on and what lapsed can be decided.
    /// </summary>
    /// <returns>The block's time; null when there is none.</returns>
    public async Task<Timestamp?> MarkTimeAsync(CancellationToken stop)
    {
        var mark = client.Sign(ReadOnlyMemory<byte>.Empty, null, TransactionKind.TimeMark);
        try
        {
            var outcome = await client.AnchorAsync(mark, options.AttemptTimeout, stop);
            return outcome.State is AnchorState.Recorded or AnchorState.Failed ? outcome.Time : null;
        }
        catch (Exception fault) when (fault is LedgerUnavailableException or LedgerIntegrityException or RpcException)
        {
            return null;
        }
    }

    // All records of a transaction are recorded or none, so the proof of the last is the proof of all.
    private async Task<AnchorOutcome> ProveAsync(JournalBatch batch, AnchorOutcome outcome, CancellationToken stop)
    {
        var last = checked((uint)(batch.Rows.Count - 1));
        var receipt = await client.GetReceiptAsync(outcome.IdOf(last), outcome.Height, stop);
        var index = receipt.Content.Index.Value;
        if (index < last) throw new LedgerIntegrityException("the receipt's place is before its transaction's first");
        return outcome with { FirstLeaf = new Core.Blocks.LogIndex(index - last) };
    }

    private static string? Describe(Settlement settlement, AnchorOutcome outcome) => settlement switch
    {
        Settlement.Refused or Settlement.Rejected => $"the records are refused ({outcome.Reason}): {outcome.Detail}",
        Settlement.SendAgain => outcome.Detail ?? "the transaction is not decided yet",
        _ => null,
    };
}
