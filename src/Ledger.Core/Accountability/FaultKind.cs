namespace Ledger.Core.Accountability;

/// <summary>
/// What an honest validator never signs (docs/spec/accountability.md). The numbers are those of the format.
/// </summary>
public enum FaultKind
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>Two pre-prepares for one view and height with different digests.</summary>
    ContradictingProposals = 1,

    /// <summary>Two prepares for one view and height with different digests.</summary>
    ContradictingPrepares = 2,

    /// <summary>Two commits for one view and height with different digests.</summary>
    ContradictingCommits = 3,

    /// <summary>
    /// Checkpoints over two headers that cannot be on one chain, see <see cref="HeaderConflict"/>.
    /// </summary>
    ContradictingCheckpoints = 4,

    /// <summary>Two view-changes for one view that say different things.</summary>
    ContradictingViewChanges = 5,

    /// <summary>
    /// A view-change that conceals the prepared certificate which an earlier commit of the signer stands for.
    /// </summary>
    ConcealedCertificate = 6,
}
