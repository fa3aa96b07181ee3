using Ledger.Core.Blocks;
using Ledger.Network;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Wire;
using Ledger.Storage;

namespace Ledger.Node.Sync;

/// <summary>
/// Asks the other validators what a block came to that came to something else here, and names the differences. The last
/// thing that a diverging node does.
/// </summary>
internal sealed class DivergenceInquiry(
    LedgerStore store, RecentWrites recent, IPeerNetwork network, Func<ValidatorPeers> validators)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The differences, as the rest of a sentence; or that they could not be learnt. Never throws.</summary>
    public async Task<string> AskAsync(DivergenceException divergence, CancellationToken stop)
    {
        if (divergence.Height is not { } height) return "";
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
            timeout.CancelAfter(Timeout);
            var request = new SyncRequest.Execution(height).Encode();
            var epoch = validators();
            var answers = await Task.WhenAll(epoch.Others.Select(p => AskAsync(p, request, timeout.Token)))
                .ConfigureAwait(false);
            // Of f+1 equal answers one is an honest validator's.
            var theirs = DivergenceReport.Agreed([.. answers.Where(a => a.Length > 0)], epoch.Set.Quorum.OneHonest);
            if (theirs is null) return "; too few validators told what they computed to name the keys";
            var (own, ids) = Own(divergence, height);
            return own is null ? "" : "; " + DivergenceReport.Compare(own, theirs, ids);
        }
        catch (StorageException e)
        {
            return $"; the own block cannot be read: {e.Message}";
        }
    }

    private (BlockExecution? Own, IReadOnlyList<Core.Crypto.Hash256> Ids) Own(
        DivergenceException divergence, BlockHeight height)
    {
        if (divergence.Own is { } executed)
        {
            return (ExecutionRecord.Of(executed.Commit), [.. executed.Commit.Block.Transactions.Select(t => t.Id)]);
        }

        var block = store.Live.Blocks.Block(height);
        return (ExecutionRecord.Of(store, height, recent), [.. block?.Transactions.Select(t => t.Id) ?? []]);
    }

    private async Task<byte[]> AskAsync(PeerId peer, byte[] request, CancellationToken cancel)
    {
        try
        {
            var answer = await network.RequestAsync(peer, LedgerProtocols.Sync, request, cancel).ConfigureAwait(false);
            return answer.ToArray();
        }
        catch (Exception e) when (e is PeerRequestException or OperationCanceledException)
        {
            return [];
        }
    }
}
