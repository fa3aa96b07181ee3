using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Node.Mempool;
using Ledger.Node.Execution;

namespace Ledger.Node.Driver;

/// <summary>
/// Looks for the transactions that one proposal names and this node lacks: waits for gossip a little, then asks one
/// validator after the other, the likely holder first.
/// </summary>
/// <remarks>Not thread-safe; owned by <see cref="BodyFetcher"/>. Times are the host's monotonic milliseconds.</remarks>
internal sealed class BodySearch
{
    private const int MaxRounds = 20;

    // A proposal often overtakes the transactions that it names, which are on their way from the node that took them in:
    // asking for them at once would verify them twice.
    private const long GossipWaitMilliseconds = 24;

    private readonly TransactionPool _pool;
    private readonly ChainView _chain;
    private readonly ValidatorPeers _validators;
    private readonly ValidatorIndex _first;

    // Not yet seen to be held; looked at from the end, so that every look but the last costs one lookup.
    private readonly List<Hash256> _missing;
    private long _askAt;
    private int _round;

    public BodySearch(
        long number, Proposal proposal, ValidatorIndex first, long now, TransactionPool pool, ChainView chain,
        ValidatorPeers validators)
    {
        Number = number;
        _pool = pool;
        _chain = chain;
        _validators = validators;
        _first = first;
        _missing = [.. proposal.TransactionIds];
        _askAt = now + GossipWaitMilliseconds;
    }

    /// <summary>Tells this search's answers from those of an earlier one.</summary>
    public long Number { get; }

    /// <summary>Whether a request is under way.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>Whether every transaction is in the pool, or in the chain.</summary>
    public bool IsComplete(bool lookIntoChain)
    {
        if (lookIntoChain) _missing.RemoveAll(id => _pool.Contains(id) || _chain.IsRecorded(id));
        while (_missing.Count > 0 && _pool.Contains(_missing[^1])) _missing.RemoveAt(_missing.Count - 1);
        return _missing.Count == 0;
    }

    /// <summary>Whether everybody was asked, several times.</summary>
    public bool IsHopeless => !IsAsking && _round >= MaxRounds;

    /// <summary>Whom to ask now, and for what; null when it is not yet time.</summary>
    public (ValidatorIndex From, IReadOnlySet<Hash256> Ids)? NextRequest(long now)
    {
        if (IsAsking || now < _askAt || _round >= MaxRounds) return null;
        var count = _validators.Set.Count;
        var peer = new ValidatorIndex((_first.Value + _round++) % count);
        if (peer == _validators.Self)
        {
            if (count == 1 || _round >= MaxRounds) return null;
            peer = new ValidatorIndex((_first.Value + _round++) % count);
        }

        IsAsking = true;
        return (peer, _missing.Where(id => !_pool.Contains(id)).ToHashSet());
    }

    /// <summary>The request has ended.</summary>
    public void OnAnswered(long now)
    {
        IsAsking = false;
        _askAt = now + GossipWaitMilliseconds;
    }
}
