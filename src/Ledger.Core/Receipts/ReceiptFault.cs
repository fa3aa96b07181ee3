namespace Ledger.Core.Receipts;

/// <summary>
/// Why a receipt does not hold, in the order in which a verifier checks (docs/spec/receipt.md). The names in upper case
/// with underscores (<c>LEAF_MALFORMED</c>) are those of the specification and its vectors.
/// </summary>
public enum ReceiptFault
{
    /// <summary>It holds.</summary>
    None = 0,

    /// <summary>
    /// The receipt itself is not canonical: truncated, trailing bytes, an unknown or doubled field, too large.
    /// </summary>
    Malformed,

    /// <summary>The leaf or its record is not canonical or not well-formed.</summary>
    LeafMalformed,

    /// <summary>A header is not canonical.</summary>
    HeaderMalformed,

    /// <summary>A header belongs to another channel than the genesis document's.</summary>
    WrongChannel,

    /// <summary>The path does not lead from the leaf, at its index, to the header's log root.</summary>
    InclusionInvalid,

    /// <summary>There are fewer epoch changes than the header's epoch demands.</summary>
    EpochChangeMissing,

    /// <summary>There are more epoch changes than the header's epoch demands.</summary>
    EpochChangeSurplus,

    /// <summary>The header of an epoch change is not of the epoch that its place demands.</summary>
    EpochOutOfOrder,

    /// <summary>A header's height is not above that of the epoch change before it.</summary>
    HeightNotIncreasing,

    /// <summary>The header of an epoch change does not end its epoch: it names no next validators.</summary>
    EpochNotEnded,

    /// <summary>A validator set is not canonical.</summary>
    ValidatorsMalformed,

    /// <summary>A validator set is not the one that the header names.</summary>
    ValidatorsMismatch,

    /// <summary>A validator set is not of the next epoch.</summary>
    ValidatorsWrongEpoch,

    /// <summary>A certificate is not canonical.</summary>
    CertificateMalformed,

    /// <summary>A certificate is over another header.</summary>
    CertificateOtherHeader,

    /// <summary>A certificate's bitmap has not the length that the number of validators demands.</summary>
    CertificateBitmapLength,

    /// <summary>A certificate's bitmap names a validator that is not in the set.</summary>
    CertificateForeignValidator,

    /// <summary>A certificate has another number of signatures than of signers.</summary>
    CertificateSignatureCount,

    /// <summary>A certificate has fewer signers than a quorum.</summary>
    CertificateBelowQuorum,

    /// <summary>A signature of a certificate does not verify under its validator's key.</summary>
    CertificateSignatureInvalid,
}
