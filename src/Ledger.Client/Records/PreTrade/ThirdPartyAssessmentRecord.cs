// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.PreTrade;

/// <summary>
/// Third-party assessment (第三方评估): records of the type <c>pre-trade.third-party-assessment</c>.
/// </summary>
/// <remarks>In one of the roles provider, operator, developer, platform, regulator, auditor.</remarks>
public static class ThirdPartyAssessmentRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "pre-trade.third-party-assessment";

    /// <summary>A record of the action <c>commission</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is assessed.</param>
    /// <param name="field">Field of the assessment: quality, compliance, security, value, algorithm.</param>
    /// <param name="outcome">Its result: pass, conditional, fail.</param>
    /// <param name="assessor">Who assessed.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Commission(
        RecordAuthor by,
        string subject,
        string field,
        string? outcome = null,
        string? assessor = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "commission", by, subject)
            .Text("field", field, required: true)
            .Text("outcome", outcome)
            .Text("assessor", assessor)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>report</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is assessed.</param>
    /// <param name="field">Field of the assessment: quality, compliance, security, value, algorithm.</param>
    /// <param name="outcome">Its result: pass, conditional, fail.</param>
    /// <param name="assessor">Who assessed.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Report(
        RecordAuthor by,
        string subject,
        string field,
        string outcome,
        IReadOnlyList<EvidenceDigest> digests,
        string? assessor = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "report", by, subject)
            .Text("field", field, required: true)
            .Text("outcome", outcome, required: true)
            .Text("assessor", assessor)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>object</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is assessed.</param>
    /// <param name="field">Field of the assessment: quality, compliance, security, value, algorithm.</param>
    /// <param name="outcome">Its result: pass, conditional, fail.</param>
    /// <param name="assessor">Who assessed.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Object(
        RecordAuthor by,
        string subject,
        string? field = null,
        string? outcome = null,
        string? assessor = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "object", by, subject)
            .Text("field", field)
            .Text("outcome", outcome)
            .Text("assessor", assessor)
            .Make(digests, links, more);
}
