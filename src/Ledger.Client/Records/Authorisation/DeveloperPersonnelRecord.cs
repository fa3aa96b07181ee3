// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Authorisation;

/// <summary>
/// Developer personnel entry and change (开发人员入场与变更): records of the type <c>authorisation.developer-personnel</c>.
/// </summary>
/// <remarks>In one of the roles developer, operator, platform.</remarks>
public static class DeveloperPersonnelRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "authorisation.developer-personnel";

    /// <summary>A record of the action <c>enter</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene or project.</param>
    /// <param name="person">Pseudonym of the person; never a name or an identity number.</param>
    /// <param name="duty">The person&apos;s duty.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Enter(
        RecordAuthor by,
        string subject,
        string person,
        string duty,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "enter", by, subject)
            .Text("person", person, required: true)
            .Text("duty", duty, required: true)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>change</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene or project.</param>
    /// <param name="person">Pseudonym of the person; never a name or an identity number.</param>
    /// <param name="duty">The person&apos;s duty.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Change(
        RecordAuthor by,
        string subject,
        string person,
        string duty,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "change", by, subject)
            .Text("person", person, required: true)
            .Text("duty", duty, required: true)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>leave</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene or project.</param>
    /// <param name="person">Pseudonym of the person; never a name or an identity number.</param>
    /// <param name="duty">The person&apos;s duty.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Leave(
        RecordAuthor by,
        string subject,
        string person,
        string? duty = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "leave", by, subject)
            .Text("person", person, required: true)
            .Text("duty", duty)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene or project.</param>
    /// <param name="person">Pseudonym of the person; never a name or an identity number.</param>
    /// <param name="duty">The person&apos;s duty.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        string person,
        string? duty = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Text("person", person, required: true)
            .Text("duty", duty)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene or project.</param>
    /// <param name="person">Pseudonym of the person; never a name or an identity number.</param>
    /// <param name="duty">The person&apos;s duty.</param>
    /// <param name="validUntil">End of the admission.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string person,
        string? duty = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("person", person, required: true)
            .Text("duty", duty)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);
}
