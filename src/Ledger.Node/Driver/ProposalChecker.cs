using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;
using Ledger.Node.Wire;

namespace Ledger.Node.Driver;

/// <summary>
/// Answers whether this node holds and accepts what a proposal names (DESIGN section 4: a replica prepares only what it
/// holds and has checked), and fetches the transactions that it lacks. Accepted transactions are placed in the pool, so
/// that nothing drops them before their height is executed.
/// </summary>
internal sealed class ProposalChecker(
    TransactionPool pool,
    AdmissionService admission,
    ChainView chain,
    NodeClock clock,
    IPeerNetwork network,
    ValidatorPeers validators,
    ChannelParameters parameters)
{
    private const int FetchRounds = 20;

    private const int GossipWaits = 6;

    private static readonly TimeSpan GossipWait = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Answers at once when nothing has to be fetched; null when <see cref="FetchAsync"/> must come first.
    /// </summary>
    public bool? Check(Proposal proposal, bool reproposed)
    {
        if (!reproposed && !IsTimely(proposal)) return false;
        foreach (var id in proposal.TransactionIds)
        {
            if (pool.Contains(id)) continue;
            // Executed already: right for a carried-over proposal, a replay in a fresh one.
            if (!chain.IsRecorded(id)) return null;
            if (!reproposed) return false;
        }

        return Place(proposal, reproposed);
    }

    /// <summary>Fetches the missing transactions, the likely holder first, until all are held or it is hopeless.</summary>
    /// <param name="proposal">The proposal.</param>
    /// <param name="reproposed">Whether a new view carried it over, or it was decided.</param>
    /// <param name="primary">Who is asked first.</param>
    /// <param name="isWanted">Asked before each round; false ends the search.</param>
    /// <param name="stop">Ends the search.</param>
    public async Task<bool> FetchAsync(
        Proposal proposal, bool reproposed, ValidatorIndex primary, Func<bool> isWanted, CancellationToken stop)
    {
        for (var round = 0; round < FetchRounds && isWanted() && (reproposed || Fits(proposal)); round++)
        {
            // A proposal often overtakes the transactions that it names, which are on their way from the node that took
            // them in: asking for them at once would verify them twice.
            for (var wait = 0; wait < GossipWaits && Missing(proposal).Count > 0; wait++)
                await Task.Delay(GossipWait, clock.Provider, stop).ConfigureAwait(false);
            var missing = Missing(proposal);
            if (missing.Count == 0) return Check(proposal, reproposed) ?? false;
            var peer = validators[new ValidatorIndex((primary.Value + round) % validators.Set.Count)];
            if (peer == network.LocalPeer) continue;
            await FetchFromAsync(peer, missing, stop).ConfigureAwait(false);
        }

        return false;
    }

    private HashSet<Hash256> Missing(Proposal proposal) =>
        proposal.TransactionIds.Where(id => !pool.Contains(id) && !chain.IsRecorded(id)).ToHashSet();

    private async Task FetchFromAsync(PeerId peer, HashSet<Hash256> missing, CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(FetchTimeout);
        try
        {
            var request = new SyncRequest.Transactions([.. missing]).Encode();
            var answer = await network.RequestAsync(peer, LedgerProtocols.Sync, request, timeout.Token)
                .ConfigureAwait(false);
            if (!TransactionMessages.TryDecodeBatch(answer, out var transactions)) return;
            foreach (var encoded in transactions) admission.AdmitForProposal(encoded, missing);
        }
        catch (PeerRequestException)
        {
            // The next round asks somebody else.
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Likewise.
        }
    }

    private bool Place(Proposal proposal, bool reproposed)
    {
        // A block beyond the limit could be too large for a frame or for the vote log, on every node alike.
        if (!reproposed) return Fits(proposal) && pool.TryPlace(proposal.Height, proposal.TransactionIds);
        pool.PlaceCarriedOver(proposal.Height, proposal.TransactionIds);
        return true;
    }

    private bool Fits(Proposal proposal) => pool.BytesOf(proposal.TransactionIds) <= parameters.MaxBlockBytes;

    // A quorum of clocks bounds consensus time: each validator refuses a time far from its own.
    private bool IsTimely(Proposal proposal)
    {
        var now = clock.Now.UnixMilliseconds;
        var time = proposal.Time.UnixMilliseconds;
        return (time > now ? time - now : now - time) <= parameters.MaxClockDriftMilliseconds;
    }
}
