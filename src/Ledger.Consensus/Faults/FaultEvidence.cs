using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;

namespace Ledger.Consensus.Faults;

/// <summary>How two messages of one validator contradict each other.</summary>
public enum FaultKind
{
    /// <summary>Two pre-prepares for one view and height.</summary>
    ContradictingProposals = 1,

    /// <summary>Two prepares for one view and height.</summary>
    ContradictingPrepares,

    /// <summary>Two commits for one view and height.</summary>
    ContradictingCommits,

    /// <summary>
    /// Two checkpoints for one height. Their signatures cover header hashes only: the two headers complete the proof.
    /// </summary>
    ContradictingCheckpoints,
}

/// <summary>Two signed messages that no honest validator signs both.</summary>
/// <param name="Culprit">Who signed them.</param>
/// <param name="Kind">How they contradict each other.</param>
/// <param name="First">The message that was counted.</param>
/// <param name="Second">The message that was not.</param>
public sealed record FaultEvidence(
    ValidatorIndex Culprit,
    FaultKind Kind,
    ConsensusMessage First,
    ConsensusMessage Second);
