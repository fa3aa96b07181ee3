using Ledger.Consensus.Messages;
using Ledger.Core.Membership;
using Ledger.Node.Mempool;

namespace Ledger.Node.Driver;

/// <summary>
/// Tells when the primary passes a held transaction over: it proposed with room to spare, and left out a transaction
/// that had been held for longer than the request timeout. A backlog alone is no reproach: then proposals are full.
/// </summary>
/// <remarks>Not thread-safe; owned by the driver. Times are the host's monotonic milliseconds.</remarks>
internal sealed class CensorshipWatch(TransactionPool pool, ChannelParameters parameters)
{
    private bool _passedOver;

    /// <summary>Looks at a proposal that was accepted.</summary>
    public void OnProposal(Proposal proposal, long now)
    {
        if (proposal.TransactionIds.Count >= parameters.MaxBlockTransactions) return;
        var timeout = (long)parameters.RequestTimeoutMilliseconds;
        var left = pool.WaitingSince(now - timeout, 1);
        if (left.Count == 0) return;
        // A proposal can also be full by bytes.
        long bytes = 0;
        foreach (var id in proposal.TransactionIds) bytes += pool.Find(id)?.Size ?? 0;
        if (bytes + left[0].Size <= parameters.MaxBlockBytes) _passedOver = true;
    }

    /// <summary>Whether the present primary passed a transaction over.</summary>
    public bool IsOverdue(long now) =>
        _passedOver && pool.WaitingSince(now - (long)parameters.RequestTimeoutMilliseconds, 1).Count > 0;

    /// <summary>A new view begins with a clean slate.</summary>
    public void Reset() => _passedOver = false;
}
