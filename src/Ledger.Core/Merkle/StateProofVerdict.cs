namespace Ledger.Core.Merkle;

/// <summary>What the verification of a state proof found.</summary>
public enum StateProofVerdict
{
    /// <summary>The proof shows what it claims.</summary>
    Valid = 0,

    /// <summary>The proof has more siblings than a path has bits.</summary>
    TooDeep,

    /// <summary>Presence was claimed, and the proof ends at another key's leaf or at an empty place.</summary>
    KeyAbsent,

    /// <summary>Absence was claimed, and the proof ends at the key's own leaf.</summary>
    KeyPresent,

    /// <summary>The proof ends at the key's leaf, with another value.</summary>
    ValueMismatch,

    /// <summary>Absence is argued with a leaf that does not lie on the key's way.</summary>
    NeighbourElsewhere,

    /// <summary>The proof leads to another root.</summary>
    RootMismatch,
}
