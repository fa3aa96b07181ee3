namespace Ledger.Core.Accountability;

/// <summary>Why a fault proof proves nothing. Steps and names are those of docs/spec/accountability.md.</summary>
public enum FaultRefusal
{
    /// <summary>It proves the fault.</summary>
    None = 0,

    /// <summary>It is not a canonical proof.</summary>
    Malformed,

    /// <summary>It is of another channel than the genesis document.</summary>
    WrongChannel,

    /// <summary>Its epoch changes do not lead from genesis to its epoch.</summary>
    EpochsInvalid,

    /// <summary>The culprit's key is not one of the epoch's validators.</summary>
    CulpritUnknown,

    /// <summary>A statement is not what the kind says it is, in canonical form.</summary>
    StatementMalformed,

    /// <summary>A statement is of another channel.</summary>
    StatementWrongChannel,

    /// <summary>A statement is of an epoch that the proof is not about.</summary>
    StatementWrongEpoch,

    /// <summary>A statement's signature is not the culprit's.</summary>
    SignatureInvalid,

    /// <summary>Both statements are the same: a retransmission.</summary>
    SameStatement,

    /// <summary>The statements stand in the wrong order.</summary>
    OutOfOrder,

    /// <summary>The culprit is not the primary of the view that it proposed in.</summary>
    NotPrimary,

    /// <summary>The statements are about different views; of a concealed certificate: the view asked for is not above
    /// the commit's.</summary>
    DifferentView,

    /// <summary>The statements are about different heights; of a concealed certificate: the commit's height is not one
    /// that the view-change has to account for.</summary>
    DifferentHeight,

    /// <summary>The headers can both be on one chain, or the view-change shows what was committed.</summary>
    NoContradiction,
}
