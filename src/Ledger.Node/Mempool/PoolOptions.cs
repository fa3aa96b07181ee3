namespace Ledger.Node.Mempool;

/// <summary>Bounds of the transaction pool.</summary>
internal sealed record PoolOptions
{
    /// <summary>
    /// Most transactions held. Defaults to 20,000: some seconds of work at full rate, so that a burst is absorbed and
    /// overload is told to clients instead of being stored.
    /// </summary>
    public int MaxTransactions { get; init; } = 20_000;

    /// <summary>Most bytes of transactions held. Defaults to 48 MiB, a sixth of a node's memory budget.</summary>
    public long MaxBytes { get; init; } = 48L << 20;

    /// <summary>
    /// Most bytes and transactions of one member, as a share of the whole. Defaults to a half: one member cannot crowd
    /// out the rest.
    /// </summary>
    public int MemberShareDivisor { get; init; } = 2;
}
