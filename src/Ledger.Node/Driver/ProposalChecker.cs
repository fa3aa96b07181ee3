using Ledger.Consensus.Messages;
using Ledger.Core.Membership;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;

namespace Ledger.Node.Driver;

/// <summary>
/// Answers whether this node holds and accepts what a proposal names (DESIGN section 4: a replica prepares only what it
/// holds and has checked). Accepted transactions are placed in the pool, so that nothing drops them before their height
/// is executed.
/// </summary>
internal sealed class ProposalChecker(
    TransactionPool pool, ChainView chain, NodeClock clock, ChannelParameters parameters)
{
    /// <summary>
    /// Answers at once when nothing has to be fetched; null when <see cref="BodyFetcher"/> must come first.
    /// </summary>
    public bool? Check(Proposal proposal, bool reproposed)
    {
        if (!reproposed && !IsTimely(proposal)) return false;
        if (!reproposed && proposal.TransactionIds.Count == 0 && IsDue(proposal) is not true) return IsDue(proposal);
        foreach (var id in proposal.TransactionIds)
        {
            if (pool.Find(id) is { } held)
            {
                // What has expired by then is in no honest proposal: so ids need be remembered for their lifetime only,
                // and a node that remembers no more than that executes like the others (docs/spec/sync.md section 6).
                if (!reproposed && held.Signed.Content.ValidUntil < proposal.Time) return false;
                continue;
            }

            // Executed already: right for a carried-over proposal, a replay in a fresh one.
            if (!chain.IsRecorded(id)) return null;
            if (!reproposed) return false;
        }

        return Place(proposal, reproposed);
    }

    /// <summary>Whether the proposal's transactions, as far as they are held, fit a block.</summary>
    public bool Fits(Proposal proposal) =>
        pool.BytesOf(proposal.TransactionIds) <= parameters.MaxBlockBytes
        && (parameters.Contracts is not { } contracts || pool.GasOf(proposal.TransactionIds) <= contracts.MaxBlockGas);

    // A block without transactions is for a scheduled call that has fallen due, in the state of the block below: not
    // known before that is executed.
    private bool? IsDue(Proposal proposal)
    {
        var below = chain.ExecutedState;
        if (below.Height.Next < proposal.Height) return null;
        return below.Height.Next == proposal.Height && below.IsDue(proposal.Time);
    }

    private bool Place(Proposal proposal, bool reproposed)
    {
        // A block beyond the limit could be too large for a frame or for the vote log, on every node alike.
        if (!reproposed) return Fits(proposal) && pool.TryPlace(proposal.Height, proposal.TransactionIds);
        pool.PlaceCarriedOver(proposal.Height, proposal.TransactionIds);
        return true;
    }

    // A quorum of clocks bounds consensus time: each validator refuses a time far from its own.
    private bool IsTimely(Proposal proposal)
    {
        var now = clock.Now.UnixMilliseconds;
        var time = proposal.Time.UnixMilliseconds;
        return (time > now ? time - now : now - time) <= parameters.MaxClockDriftMilliseconds;
    }
}
