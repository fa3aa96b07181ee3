namespace Ledger.Node.Driver;

/// <summary>
/// When a primary fills an open slot. A block has a fixed cost (some twenty signature checks, three disk syncs and a
/// hundred changes of threads on every node), whatever is in it. So one client alone is served at once, which keeps an idle
/// network's latency at four message delays; where more come, blocks keep a distance, and grow with the load instead of
/// becoming more: a machine that makes as many small ones as it can has no time left for what is in them. The distance
/// grows with the blocks in flight: while those wait to be executed another small one would only wait too.
/// </summary>
internal sealed record BatchPolicy
{
    /// <summary>Waiting transactions that make a batch worth its block whenever a slot is open. Defaults to 250.</summary>
    public int WorthwhileBatch { get; init; } = 250;

    /// <summary>
    /// Transactions, waiting or of the last block, up to which nobody is taken to come beside them. Defaults to 3.
    /// </summary>
    public int LoneBatch { get; init; } = 3;

    /// <summary>
    /// Milliseconds from one proposal to the next, for each block in flight and at least once. Defaults to 20.
    /// </summary>
    public long SpacingMilliseconds { get; init; } = 20;

    /// <summary>Whether to propose now.</summary>
    /// <param name="waiting">Transactions that wait.</param>
    /// <param name="inFlight">Blocks that are proposed and not executed.</param>
    /// <param name="lastBatch">Transactions of the last proposal.</param>
    /// <param name="sinceLastProposal">Milliseconds since then.</param>
    public bool ShouldPropose(int waiting, ulong inFlight, int lastBatch, long sinceLastProposal)
    {
        if (waiting == 0) return false;
        if (waiting >= WorthwhileBatch) return true;
        if (inFlight == 0 && waiting <= LoneBatch && lastBatch <= LoneBatch) return true;
        return sinceLastProposal >= SpacingMilliseconds * (long)Math.Max(1, inFlight);
    }
}
