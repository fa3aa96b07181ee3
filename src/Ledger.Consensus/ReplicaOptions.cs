using Ledger.Core.Blocks;

namespace Ledger.Consensus;

/// <summary>What a replica is told at start. Those marked "from genesis" must be equal on all validators.</summary>
public sealed record ReplicaOptions
{
    /// <summary>This replica's place in the validator set.</summary>
    public required ValidatorIndex Self { get; init; }

    /// <summary>
    /// From the chain. The last block of the epoch before, with which this one begins; 0 in epoch 0. Defaults to 0.
    /// </summary>
    public BlockHeight EpochBase { get; init; }

    /// <summary>
    /// From genesis. How many heights above the stable checkpoint may carry votes (the paper's k, section 4.3); bounds
    /// the memory of the log and the size of view changes.
    /// </summary>
    public int Window { get; init; } = 64;

    /// <summary>
    /// How many heights the primary may have ordered and not yet executed. Defaults to 4: enough to hide two round
    /// trips and an fsync, small enough that a view change carries little.
    /// </summary>
    public int MaxInFlight { get; init; } = 4;

    /// <summary>
    /// From genesis, in milliseconds. Starts when there is work (a held transaction, an unexecuted proposal) and at
    /// every execution; when it ends without progress, the replica asks for the next view.
    /// </summary>
    public long RequestTimeoutMs { get; init; } = 1000;

    /// <summary>
    /// From genesis, in milliseconds. The cap on the timeout, which doubles with every view that brings no progress.
    /// </summary>
    public long MaxViewChangeTimeoutMs { get; init; } = 16_000;

    /// <summary>
    /// In milliseconds. With unfinished work and no progress for this long, the replica tells the others its status,
    /// and they send again what it lacks; one peer's status is answered at most this often. Defaults to 200: a lost
    /// message costs a fifth of a request timeout.
    /// </summary>
    public long RetransmitMs { get; init; } = 200;

    /// <summary>In milliseconds. How often the status is told when there is nothing to do. Defaults to 1 s.</summary>
    public long StatusMs { get; init; } = 1000;

    /// <summary>From genesis. Most transactions in a proposal.</summary>
    public int MaxTransactionsPerProposal { get; init; } = 1000;
}
