using Ledger.Core.Blocks;

namespace Ledger.Client.Outbox;

/// <summary>
/// Moves the time of a chain that stands still, so that a transaction that lapsed undecided can be decided: no more often
/// than that needs. Owned by the sender's loop. docs/adr/0027.
/// </summary>
internal sealed class IdleChain(OutboxCourier courier, Func<int, TimeSpan> backoff)
{
    // The newest time of a block that a node told of.
    private Timestamp _time;
    private int _attempts;
    private long _dueMilliseconds;

    /// <summary>Whether a time mark would help: the chain is not known to be past what lapsed last, and it is time to
    /// try.</summary>
    public bool MayHelp(Timestamp lapsed, long uptime) => lapsed >= _time && uptime >= _dueMilliseconds;

    /// <summary>Sends a time mark.</summary>
    /// <returns>Whether the chain's time is past what lapsed last.</returns>
    public async Task<bool> MoveAsync(Timestamp lapsed, long uptime, CancellationToken stop)
    {
        _dueMilliseconds = uptime + (long)backoff(_attempts).TotalMilliseconds;
        _attempts++;
        if (await courier.MarkTimeAsync(stop) is not { } time) return false;
        // A lone node could say anything; then this outbox waits for other blocks, and signs nothing anew for it.
        if (time > _time) _time = time;
        if (lapsed >= _time) return false;
        _attempts = 0;
        return true;
    }
}
