using Ledger.Core.Blocks;

namespace Ledger.Core.Accountability;

/// <summary>What a comparison of two certified blocks found.</summary>
public enum ForensicOutcome
{
    /// <summary>Both are certified and cannot be on one chain: the culprits are named.</summary>
    Conflict = 1,

    /// <summary>Both are about the same block; their certificates may have different signers.</summary>
    SameBlock,

    /// <summary>Both can be on one chain, as far as the two of them tell.</summary>
    NoConflict,

    /// <summary>One of them is not certified, so it says nothing about the validators.</summary>
    NotCertified,
}

/// <summary>A comparison of two certified blocks.</summary>
/// <param name="Outcome">What was found.</param>
/// <param name="Conflict">Why the blocks cannot be on one chain.</param>
/// <param name="OneHonest">f+1 of the epoch in which the certificates conflict; 0 without a conflict.</param>
/// <param name="Culprits">Who signed on both sides, in order of index: at least <paramref name="OneHonest"/>.</param>
/// <param name="Detail">A sentence or two for people: what was found, and what would be needed to find more.</param>
public sealed record ForensicReport(
    ForensicOutcome Outcome,
    HeaderConflict Conflict,
    int OneHonest,
    IReadOnlyList<ForensicCulprit> Culprits,
    string Detail);

/// <summary>A validator that signed on both sides.</summary>
/// <param name="Index">Its index in the epoch's set.</param>
/// <param name="Member">The member that runs it.</param>
/// <param name="Proof">Proof of it, which verifies by itself.</param>
public sealed record ForensicCulprit(ValidatorIndex Index, string Member, FaultProof Proof);
