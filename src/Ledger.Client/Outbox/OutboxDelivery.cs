using Ledger.Client.Submit;
using Ledger.Client.Submit.Journal;
using Ledger.Client.Transport;
using Ledger.Core.Contracts;

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
    // A contract that no channel has: names begin with a letter, and calls of what is not there take no effect.
    private const string Nowhere = "outbox-moves-an-idle-chain";

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
    /// Has a transaction without effect put into a block, so that the chain's time moves on and what lapsed can be
    /// decided.
    /// </summary>
    /// <returns>Whether there was a way to do so.</returns>
    public async Task<bool> MoveIdleChainAsync(CancellationToken stop)
    {
        if (!options.MovesIdleChain || client.Options.Genesis.Parameters.Contracts is null) return false;
        var transaction = client.Sign(new ContractBody
        {
            Action = ContractAction.Call,
            Contract = Nowhere,
            Function = "none",
            Arguments = "null"u8.ToArray(),
            GasLimit = 1,
        });
        try
        {
            var outcome = await client.AnchorAsync(transaction, options.AttemptTimeout, stop);
            return outcome.State is AnchorState.Recorded or AnchorState.Failed;
        }
        catch (Exception fault) when (fault is LedgerUnavailableException or LedgerIntegrityException or RpcException)
        {
            return false;
        }
    }

    // All records of a transaction are recorded or none, so the proof of the last is the proof of all.
    private async Task<AnchorOutcome> ProveAsync(JournalBatch batch, AnchorOutcome outcome, CancellationToken stop)
    {
        var last = checked((uint)(batch.Rows - 1));
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
