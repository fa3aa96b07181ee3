// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Authorisation;

/// <summary>
/// Participant admission review (参与主体准入审核): records of the type <c>authorisation.participant-admission</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, regulator, insurer,
/// auditor.</remarks>
public static class ParticipantAdmissionRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "authorisation.participant-admission";

    /// <summary>A record of the action <c>draft</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the participant.</param>
    /// <param name="participantKind">The role applied for: provider, consumer, operator, developer, platform, insurer,
    /// auditor.</param>
    /// <param name="creditCode">Unified social credit code or other registration number.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Draft(
        RecordAuthor by,
        string subject,
        string? participantKind = null,
        string? creditCode = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "draft", by, subject)
            .Text("participant_kind", participantKind)
            .Text("credit_code", creditCode)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>submit</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the participant.</param>
    /// <param name="participantKind">The role applied for: provider, consumer, operator, developer, platform, insurer,
    /// auditor.</param>
    /// <param name="creditCode">Unified social credit code or other registration number.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Submit(
        RecordAuthor by,
        string subject,
        string participantKind,
        IReadOnlyList<EvidenceDigest> digests,
        string? creditCode = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "submit", by, subject)
            .Text("participant_kind", participantKind, required: true)
            .Text("credit_code", creditCode)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the participant.</param>
    /// <param name="participantKind">The role applied for: provider, consumer, operator, developer, platform, insurer,
    /// auditor.</param>
    /// <param name="creditCode">Unified social credit code or other registration number.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        string? participantKind = null,
        string? creditCode = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Text("participant_kind", participantKind)
            .Text("credit_code", creditCode)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the participant.</param>
    /// <param name="participantKind">The role applied for: provider, consumer, operator, developer, platform, insurer,
    /// auditor.</param>
    /// <param name="creditCode">Unified social credit code or other registration number.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string? participantKind = null,
        string? creditCode = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("participant_kind", participantKind)
            .Text("credit_code", creditCode)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>return</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the participant.</param>
    /// <param name="participantKind">The role applied for: provider, consumer, operator, developer, platform, insurer,
    /// auditor.</param>
    /// <param name="creditCode">Unified social credit code or other registration number.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Return(
        RecordAuthor by,
        string subject,
        string? participantKind = null,
        string? creditCode = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "return", by, subject)
            .Text("participant_kind", participantKind)
            .Text("credit_code", creditCode)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>withdraw</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the participant.</param>
    /// <param name="participantKind">The role applied for: provider, consumer, operator, developer, platform, insurer,
    /// auditor.</param>
    /// <param name="creditCode">Unified social credit code or other registration number.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Withdraw(
        RecordAuthor by,
        string subject,
        string? participantKind = null,
        string? creditCode = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "withdraw", by, subject)
            .Text("participant_kind", participantKind)
            .Text("credit_code", creditCode)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);
}
