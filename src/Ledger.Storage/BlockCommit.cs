using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;

namespace Ledger.Storage;

/// <summary>A leaf that a block adds to the log.</summary>
/// <param name="Position">The place of its transaction in the block.</param>
/// <param name="Leaf">The leaf.</param>
/// <param name="Record">Its record, decoded.</param>
/// <param name="Hash">Its RFC 9162 leaf hash.</param>
public readonly record struct CommittedLeaf(uint Position, EvidenceLeaf Leaf, EvidenceRecord Record, Hash256 Hash);

/// <summary>A key of the state that a block sets (or removes, when <paramref name="Value"/> is null).</summary>
public readonly record struct StateWrite(string Namespace, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Value);

/// <summary>Everything that a block changes on disk. The store trusts its maker: the executor.</summary>
public sealed record BlockCommit
{
    /// <summary>The block.</summary>
    public required Block Block { get; init; }

    /// <summary>The leaves it adds, in log order.</summary>
    public IReadOnlyList<CommittedLeaf> Leaves { get; init; } = [];

    /// <summary>The interior nodes of the log tree that those leaves complete.</summary>
    public IReadOnlyList<LogNode> LogNodes { get; init; } = [];

    /// <summary>Changes of the state, each key once.</summary>
    public IReadOnlyList<StateWrite> StateWrites { get; init; } = [];

    /// <summary>The same changes as the state tree has them, in path order.</summary>
    public IReadOnlyList<StateChange> StateChanges { get; init; } = [];

    /// <summary>The state tree's pages that change by them, each once.</summary>
    public IReadOnlyList<StatePageWrite> StatePages { get; init; } = [];

    /// <summary>The next epoch's validators when the block ends its epoch.</summary>
    public ValidatorSet? NextValidators { get; init; }

    /// <summary>
    /// The vote log's <see cref="Votes.VoteLog.Sequence"/> when the block was executed; 0 on a node that does not
    /// vote.
    /// </summary>
    public ulong VoteSequence { get; init; }
}

/// <summary>What became of a commit.</summary>
public enum CommitOutcome
{
    /// <summary>The block is on disk, synced.</summary>
    Committed = 0,

    /// <summary>The same block was on disk already; nothing was done.</summary>
    AlreadyCommitted,
}
