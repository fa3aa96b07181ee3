namespace Ledger.Core.Fingerprints;

/// <summary>What the verification of a disclosure found.</summary>
public enum DisclosureVerdictCode
{
    /// <summary>The records are those that were fingerprinted, in this order and at these places.</summary>
    Valid = 0,

    /// <summary>The fingerprint was made with another hash function.</summary>
    AlgorithmMismatch,

    /// <summary>The fingerprint shown is not the one that was anchored.</summary>
    FingerprintMismatch,

    /// <summary>No record is shown, or the range reaches beyond the data set.</summary>
    RangeOutsideData,

    /// <summary>The proof has fewer hashes than the range needs.</summary>
    ProofTooShort,

    /// <summary>The proof has more hashes than the range needs.</summary>
    ProofTooLong,

    /// <summary>Leaf hashes and proof do not lead to the fingerprint's root.</summary>
    RootMismatch,

    /// <summary>The rule is CSV and there is no header row.</summary>
    HeaderMissing,

    /// <summary>There is a header row though the rule has none.</summary>
    HeaderUnexpected,

    /// <summary>The header row is not the one that was fingerprinted.</summary>
    HeaderMismatch,

    /// <summary>A salt does not have the length that the fingerprint says.</summary>
    SaltLength,

    /// <summary>The record at the index is left out.</summary>
    RecordMissing,

    /// <summary>The record at the index is one too many.</summary>
    RecordSurplus,

    /// <summary>The record at the index belongs to another place in the range.</summary>
    RecordMoved,

    /// <summary>The record at the index is not the one that was fingerprinted.</summary>
    RecordMismatch,
}

/// <summary>A verdict, with the record that it is about.</summary>
/// <param name="Code">What was found.</param>
/// <param name="RecordIndex">Index in the data set of the record at fault, where one is.</param>
public readonly record struct DisclosureVerdict(DisclosureVerdictCode Code, ulong? RecordIndex = null)
{
    /// <summary>Whether everything was checked and is right.</summary>
    public bool IsValid => Code == DisclosureVerdictCode.Valid;

    /// <summary>
    /// Whether fingerprint, proof and header hold and only the records do not: then <see cref="RecordComparison"/>
    /// names what was done to them.
    /// </summary>
    public bool IsAboutRecords => RecordIndex is not null;

    /// <summary>The verdict as a sentence for people.</summary>
    public string Describe() => Code switch
    {
        DisclosureVerdictCode.Valid => "the records are as they were fingerprinted, complete and in order",
        DisclosureVerdictCode.AlgorithmMismatch => "the fingerprint was made with another hash function",
        DisclosureVerdictCode.FingerprintMismatch => "the fingerprint shown is not the one that was anchored",
        DisclosureVerdictCode.RangeOutsideData => "no record is shown, or the range reaches beyond the data set",
        DisclosureVerdictCode.ProofTooShort => "the proof has too few hashes: range or proof were changed",
        DisclosureVerdictCode.ProofTooLong => "the proof has too many hashes: range or proof were changed",
        DisclosureVerdictCode.RootMismatch =>
            "the range, the leaf hashes or the proof were changed: they do not lead to the fingerprint",
        DisclosureVerdictCode.HeaderMissing => "the header row is missing",
        DisclosureVerdictCode.HeaderUnexpected => "there is a header row where the rule has none",
        DisclosureVerdictCode.HeaderMismatch => "the header row was changed",
        DisclosureVerdictCode.SaltLength when RecordIndex is null => "the header's salt was changed",
        DisclosureVerdictCode.SaltLength => $"the salt of record {RecordIndex} was changed",
        DisclosureVerdictCode.RecordMissing => $"record {RecordIndex} is missing",
        DisclosureVerdictCode.RecordSurplus => $"what is shown at {RecordIndex} was added",
        DisclosureVerdictCode.RecordMoved => $"what is shown at {RecordIndex} belongs elsewhere",
        _ => $"record {RecordIndex} was changed",
    };
}
