namespace Ledger.Core.Merkle;

/// <summary>What the verification of a log proof found.</summary>
public enum LogProofVerdict
{
    /// <summary>The proof shows what it claims.</summary>
    Valid = 0,

    /// <summary>The tree size exceeds <see cref="LogTree.MaxSize"/>.</summary>
    SizeTooLarge,

    /// <summary>The leaf index is not below the tree size.</summary>
    IndexOutOfRange,

    /// <summary>The first tree of a consistency proof is larger than the second.</summary>
    SizesReversed,

    /// <summary>The proof ends before it reaches the root.</summary>
    PathTooShort,

    /// <summary>The proof goes on after it has reached the root.</summary>
    PathTooLong,

    /// <summary>The proof leads to another root than the first tree's (consistency only).</summary>
    FirstRootMismatch,

    /// <summary>The proof leads to another root than the tree's (the second tree's, for consistency).</summary>
    RootMismatch,
}
