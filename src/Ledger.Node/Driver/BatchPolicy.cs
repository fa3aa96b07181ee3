namespace Ledger.Node.Driver;

/// <summary>
/// When a primary fills an open slot. With nothing in flight it proposes at once, which keeps an idle network's latency
/// at four message delays. With blocks in flight it waits until a batch is worth a block's fixed cost (some twenty
/// signature checks and three disk syncs on every node), or until a delay has passed that grows with the blocks in flight:
/// while those wait to be executed another small one would only wait too.
/// </summary>
internal sealed record BatchPolicy
{
    /// <summary>
    /// Waiting transactions that make a batch worth its block while others are in flight. Defaults to 250.
    /// </summary>
    public int WorthwhileBatch { get; init; } = 250;

    /// <summary>
    /// Milliseconds after the last proposal, for each block in flight, when any batch is worth it. Defaults to 10.
    /// </summary>
    public long MaxDelayMilliseconds { get; init; } = 10;

    /// <summary>Whether to propose now.</summary>
    public bool ShouldPropose(int waiting, ulong inFlight, long sinceLastProposal) =>
        waiting > 0
        && (inFlight == 0 || waiting >= WorthwhileBatch
            || sinceLastProposal >= MaxDelayMilliseconds * (long)inFlight);
}
