using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Mempool;

namespace Ledger.Node.Driver;

/// <summary>
/// Tells when the primary passes a held transaction over: it proposed with room to spare, left out a transaction that had
/// been held for longer than the request timeout, and still has not proposed it when half of that timeout has passed
/// again. A backlog alone is no reproach: then proposals are full.
/// </summary>
/// <remarks>Not thread-safe; owned by the driver. Times are the host's monotonic milliseconds.</remarks>
internal sealed class CensorshipWatch(TransactionPool pool, ChannelParameters parameters)
{
    // The transaction that was passed over, and when. One is enough: if it is proposed, the next proposal is looked at
    // anew.
    private (Hash256 Id, long Since)? _passedOver;

    private long Timeout => (long)parameters.RequestTimeoutMilliseconds;

    /// <summary>Looks at a proposal that was accepted, and so placed.</summary>
    public void OnProposal(Proposal proposal, long now)
    {
        if (IsStillPassedOver() || proposal.TransactionIds.Count >= parameters.MaxBlockTransactions) return;
        // One that ends before it could be overdue is no reproach.
        var goodUntil = new Timestamp(proposal.Time.UnixMilliseconds + (ulong)Timeout);
        var left = pool.WaitingSince(now - Timeout, 1, goodUntil);
        if (left.Count == 0) return;
        // A proposal is full by bytes when it has no room for what stood first in some member's queue. Which that was,
        // the primary knows alone: it is given the benefit of the largest.
        if (pool.BytesOf(proposal.TransactionIds) + pool.LargestWaiting() > parameters.MaxBlockBytes) return;
        // So it is by gas.
        if (parameters.Contracts is { } contracts
            && pool.GasOf(proposal.TransactionIds) + pool.LargestWaitingGas() > contracts.MaxBlockGas)
        {
            return;
        }

        _passedOver = (left[0].Id, now);
    }

    /// <summary>Whether the present primary passed a transaction over.</summary>
    public bool IsOverdue(long now) => IsStillPassedOver() && now - _passedOver!.Value.Since >= Timeout / 2;

    /// <summary>A new view begins with a clean slate.</summary>
    public void Reset() => _passedOver = null;

    private bool IsStillPassedOver()
    {
        if (_passedOver is { } known && !pool.IsWaiting(known.Id)) _passedOver = null;
        return _passedOver is not null;
    }
}
