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

    /// <summary>The state of a replica that has never run.</summary>
    public static ReplicaState AtGenesis(ReadOnlyMemory<byte> genesisHeader) =>
        new(new StableCheckpoint(new BlockHeight(0), genesisHeader, null), [], []);

    /// <summary>The state of a replica that runs again.</summary>
    public static ReplicaState Restore(
        StableCheckpoint stable,
        IReadOnlyList<ReadOnlyMemory<byte>> executedHeaders,
        IReadOnlyList<VoteRecord> votes) => new(stable, executedHeaders, votes);
}
