using Ledger.Core.Blocks;
using Ledger.Core.Certificates;

namespace Ledger.Consensus;

/// <summary>The highest certified block that a replica holds: the low-water mark (OSDI '99 section 4.3).</summary>
/// <param name="Height">Its height.</param>
/// <param name="HeaderBytes">Its header.</param>
/// <param name="Certificate">Its certificate; null for genesis, which needs none.</param>
public sealed record StableCheckpoint(
    BlockHeight Height,
    ReadOnlyMemory<byte> HeaderBytes,
    QuorumCertificate? Certificate);

/// <summary>
/// Everything from which a replica starts: what the host found on its disk. Immutable. A replica that starts from what
/// an earlier one persisted never contradicts it.
/// </summary>
public sealed class ReplicaState
{
    private ReplicaState(
        StableCheckpoint stable,
        IReadOnlyList<ReadOnlyMemory<byte>> executedHeaders,
        IReadOnlyList<VoteRecord> votes)
    {
        Stable = stable;
        ExecutedHeaders = executedHeaders;
        Votes = votes;
    }

    /// <summary>The highest certified block.</summary>
    public StableCheckpoint Stable { get; }

    /// <summary>
    /// Headers of the blocks above it that were executed, ascending, without a gap, all of the replica's epoch.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> ExecutedHeaders { get; }

    /// <summary>
    /// The vote log, in any order; records of other epochs and at or below the stable height are ignored.
    /// </summary>
    public IReadOnlyList<VoteRecord> Votes { get; }

    /// <summary>What was found; a replica that never ran has genesis and nothing else.</summary>
    public static ReplicaState Restore(
        StableCheckpoint stable,
        IReadOnlyList<ReadOnlyMemory<byte>> executedHeaders,
        IReadOnlyList<VoteRecord> votes) => new(stable, executedHeaders, votes);
}
