// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Authorisation;

/// <summary>
/// Application scene review (应用场景审核): records of the type <c>authorisation.scene-review</c>.
/// </summary>
/// <remarks>In one of the roles consumer, developer, provider, operator, platform, regulator.</remarks>
public static class SceneReviewRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "authorisation.scene-review";

    /// <summary>A record of the action <c>draft</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene.</param>
    /// <param name="scene">Name of the scene; one review for each scene (一场景一审核).</param>
    /// <param name="purpose">What the data will be used for.</param>
    /// <param name="validUntil">End of the approval.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Draft(
        RecordAuthor by,
        string subject,
        string? scene = null,
        string? purpose = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "draft", by, subject)
            .Text("scene", scene)
            .Text("purpose", purpose)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>submit</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene.</param>
    /// <param name="scene">Name of the scene; one review for each scene (一场景一审核).</param>
    /// <param name="purpose">What the data will be used for.</param>
    /// <param name="validUntil">End of the approval.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Submit(
        RecordAuthor by,
        string subject,
        string scene,
        string? purpose = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "submit", by, subject)
            .Text("scene", scene, required: true)
            .Text("purpose", purpose)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene.</param>
    /// <param name="scene">Name of the scene; one review for each scene (一场景一审核).</param>
    /// <param name="purpose">What the data will be used for.</param>
    /// <param name="validUntil">End of the approval.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        string? scene = null,
        string? purpose = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Text("scene", scene)
            .Text("purpose", purpose)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene.</param>
    /// <param name="scene">Name of the scene; one review for each scene (一场景一审核).</param>
    /// <param name="purpose">What the data will be used for.</param>
    /// <param name="validUntil">End of the approval.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string? scene = null,
        string? purpose = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("scene", scene)
            .Text("purpose", purpose)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>return</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene.</param>
    /// <param name="scene">Name of the scene; one review for each scene (一场景一审核).</param>
    /// <param name="purpose">What the data will be used for.</param>
    /// <param name="validUntil">End of the approval.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Return(
        RecordAuthor by,
        string subject,
        string? scene = null,
        string? purpose = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "return", by, subject)
            .Text("scene", scene)
            .Text("purpose", purpose)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>withdraw</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the application scene.</param>
    /// <param name="scene">Name of the scene; one review for each scene (一场景一审核).</param>
    /// <param name="purpose">What the data will be used for.</param>
    /// <param name="validUntil">End of the approval.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Withdraw(
        RecordAuthor by,
        string subject,
        string? scene = null,
        string? purpose = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "withdraw", by, subject)
            .Text("scene", scene)
            .Text("purpose", purpose)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);
}
