namespace Ledger.Core.Transactions;

/// <summary>
/// Why a transaction was refused. One vocabulary for admission, results on chain, gRPC reasons, metrics and logs; the
/// numbers are part of the format and never change. The wire name is the upper-case form (<c>SIGNATURE_INVALID</c>);
/// docs/spec/reasons.md lists what each means and what the sender can do.
/// </summary>
public enum Refusal
{
    /// <summary>Not refused.</summary>
    None = 0,

    /// <summary>The bytes are not a canonical transaction.</summary>
    Malformed = 1,

    /// <summary>The transaction or one of its records exceeds a size limit.</summary>
    TooLarge = 2,

    /// <summary>The transaction names another channel.</summary>
    WrongChannel = 3,

    /// <summary><c>valid_until</c> has passed.</summary>
    Expired = 4,

    /// <summary><c>valid_until</c> lies further ahead than the channel allows.</summary>
    LifetimeTooLong = 5,

    /// <summary>The sender's key belongs to no member.</summary>
    UnknownKey = 6,

    /// <summary>The signature does not verify under the sender's key.</summary>
    SignatureInvalid = 7,

    /// <summary>A transaction with this id is already on the chain.</summary>
    Duplicate = 8,

    /// <summary>The sender's member does not hold the role that the record claims.</summary>
    NotAuthorised = 9,

    /// <summary>The record's type is not in the catalogue.</summary>
    UnknownType = 10,

    /// <summary>A field that the record's type requires is missing.</summary>
    MissingField = 11,

    /// <summary>A field's value is not allowed (attribute type, action, role for this record type).</summary>
    InvalidField = 12,

    /// <summary>The transaction kind is not known to this version.</summary>
    UnknownKind = 13,

    /// <summary>The node's transaction pool is full, or the member's share of it is. Not final: try again.</summary>
    PoolFull = 14,

    /// <summary>The change of validators is for another epoch than the present one.</summary>
    WrongEpoch = 15,

    /// <summary>An earlier transaction of the same block ended the epoch that the change is for.</summary>
    EpochEnded = 16,

    /// <summary>The change removes or replaces a validator that there is not.</summary>
    UnknownValidator = 17,

    /// <summary>The change adds a validator whose key is in use.</summary>
    ValidatorExists = 18,

    /// <summary>The change would leave no validators, too many, or more newcomers than the new set can spare.</summary>
    ValidatorsUnsafe = 19,

    /// <summary>A new validator's claim is not signed by its own key.</summary>
    ClaimInvalid = 20,

    /// <summary>Fewer than a strict majority of the members approve the change.</summary>
    NotApproved = 21,

    /// <summary>An approval is not by a member's administrator, or its signature does not verify.</summary>
    ApprovalInvalid = 22,

    /// <summary>
    /// The contract transaction ran, or was refused by the contract runtime, and took no effect. Its outcome
    /// (<see cref="Contracts.ContractOutcome"/>) says how and why.
    /// </summary>
    ContractFailed = 23,

    /// <summary>The channel has had as many epochs as a receipt can carry.</summary>
    EpochsExhausted = 24,

    /// <summary>A co-signature names a key that is not its member's, or the sender's own member.</summary>
    CoSignerUnknown = 25,

    /// <summary>A co-signature is not over these records, this time and exactly these parties.</summary>
    CoSignatureInvalid = 26,
}

/// <summary>Names of refusals on the wire.</summary>
public static class RefusalNames
{
    /// <summary>The reason as written on the wire, such as <c>SIGNATURE_INVALID</c>.</summary>
    public static string WireName(this Refusal refusal) => refusal switch
    {
        Refusal.None => "NONE",
        Refusal.Malformed => "MALFORMED",
        Refusal.TooLarge => "TOO_LARGE",
        Refusal.WrongChannel => "WRONG_CHANNEL",
        Refusal.Expired => "EXPIRED",
        Refusal.LifetimeTooLong => "LIFETIME_TOO_LONG",
        Refusal.UnknownKey => "UNKNOWN_KEY",
        Refusal.SignatureInvalid => "SIGNATURE_INVALID",
        Refusal.Duplicate => "DUPLICATE",
        Refusal.NotAuthorised => "NOT_AUTHORISED",
        Refusal.UnknownType => "UNKNOWN_TYPE",
        Refusal.MissingField => "MISSING_FIELD",
        Refusal.InvalidField => "INVALID_FIELD",
        Refusal.UnknownKind => "UNKNOWN_KIND",
        Refusal.PoolFull => "POOL_FULL",
        Refusal.WrongEpoch => "WRONG_EPOCH",
        Refusal.EpochEnded => "EPOCH_ENDED",
        Refusal.UnknownValidator => "UNKNOWN_VALIDATOR",
        Refusal.ValidatorExists => "VALIDATOR_EXISTS",
        Refusal.ValidatorsUnsafe => "VALIDATORS_UNSAFE",
        Refusal.ClaimInvalid => "CLAIM_INVALID",
        Refusal.NotApproved => "NOT_APPROVED",
        Refusal.ApprovalInvalid => "APPROVAL_INVALID",
        Refusal.ContractFailed => "CONTRACT_FAILED",
        Refusal.EpochsExhausted => "EPOCHS_EXHAUSTED",
        Refusal.CoSignerUnknown => "CO_SIGNER_UNKNOWN",
        Refusal.CoSignatureInvalid => "CO_SIGNATURE_INVALID",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "not a refusal"),
    };
}

/// <summary>
/// A verdict on a transaction or record: accepted, or a refusal with a sentence that says what to do.
/// </summary>
/// <param name="Refusal">The reason, or <see cref="Refusal.None"/> when accepted.</param>
/// <param name="Detail">A sentence for people; never needed by programs.</param>
public readonly record struct Verdict(Refusal Refusal, string? Detail = null)
{
    /// <summary>The verdict of acceptance.</summary>
    public static Verdict Accepted => default;

    /// <summary>Whether the transaction was accepted.</summary>
    public bool IsAccepted => Refusal == Refusal.None;
}
