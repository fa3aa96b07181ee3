namespace Ledger.Consensus.Effects;

/// <summary>Why a replica dropped a message. One vocabulary for metrics, logs and tests.</summary>
public enum DropReason
{
    /// <summary>The signer is outside the validator set, or it is this replica itself.</summary>
    NotAPeer = 0,

    /// <summary>It is of a view that has ended.</summary>
    OldView,

    /// <summary>
    /// It is of a view that this replica has not entered; it was kept or, beyond the buffer's bound, not.
    /// </summary>
    FutureView,

    /// <summary>Its height is at or below the stable checkpoint.</summary>
    BelowWindow,

    /// <summary>Its height is above the window.</summary>
    AboveWindow,

    /// <summary>The same message was counted before.</summary>
    Duplicate,

    /// <summary>It contradicts one by the same signer that was counted before.</summary>
    Contradiction,

    /// <summary>It is a primary's message and the signer is not that view's primary.</summary>
    NotPrimary,

    /// <summary>It is a prepare, and the signer is the view's primary, whose pre-prepare already counts.</summary>
    PrimaryPrepare,

    /// <summary>The proposal is malformed: wrong proposer, no ids, an id twice.</summary>
    BadProposal,

    /// <summary>The proposal's time is not after the previous height's.</summary>
    TimeNotAdvancing,

    /// <summary>The new-view does not follow from its view-changes.</summary>
    NewViewMismatch,

    /// <summary>The sender's status was answered a moment ago.</summary>
    TooSoon,

    /// <summary>Its height lies above the epoch's last block.</summary>
    EpochEnded,

    /// <summary>It was authenticated for another epoch, and waited while this one began.</summary>
    OtherEpoch,
}
