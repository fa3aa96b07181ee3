// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Fingerprint;

/// <summary>
/// Verification against a fingerprint (验真): records of the type <c>fingerprint.verification</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, regulator, insurer,
/// auditor.</remarks>
public static class VerificationRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "fingerprint.verification";

    /// <summary>A record of the action <c>verify</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what the data is about.</param>
    /// <param name="outcome">Whether the data agrees: match, mismatch.</param>
    /// <param name="firstRecord">First record of the segment shown.</param>
    /// <param name="records">Number of records of the segment shown.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on; 1 at least.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Verify(
        RecordAuthor by,
        string subject,
        string outcome,
        IReadOnlyList<EvidenceDigest> digests,
        IReadOnlyList<EvidenceId> links,
        long? firstRecord = null,
        long? records = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "verify", by, subject)
            .Text("outcome", outcome, required: true)
            .Integer("first_record", firstRecord)
            .Integer("records", records)
            .Make(digests, links, more);
}
