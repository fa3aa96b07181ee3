// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Authorisation;

/// <summary>
/// Data access review (数据接入审核): records of the type <c>authorisation.data-access-review</c>.
/// </summary>
/// <remarks>In one of the roles provider, operator, platform, regulator.</remarks>
public static class DataAccessReviewRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "authorisation.data-access-review";

    /// <summary>A record of the action <c>draft</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data resource.</param>
    /// <param name="resource">Name of the resource in the provider&apos;s catalogue.</param>
    /// <param name="accessMode">How the data is reached: api, database, file, stream, offline.</param>
    /// <param name="classification">Level of the data: public, general, important, core.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Draft(
        RecordAuthor by,
        string subject,
        string? resource = null,
        string? accessMode = null,
        string? classification = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "draft", by, subject)
            .Text("resource", resource)
            .Text("access_mode", accessMode)
            .Text("classification", classification)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>submit</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data resource.</param>
    /// <param name="resource">Name of the resource in the provider&apos;s catalogue.</param>
    /// <param name="accessMode">How the data is reached: api, database, file, stream, offline.</param>
    /// <param name="classification">Level of the data: public, general, important, core.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Submit(
        RecordAuthor by,
        string subject,
        string resource,
        string? accessMode = null,
        string? classification = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "submit", by, subject)
            .Text("resource", resource, required: true)
            .Text("access_mode", accessMode)
            .Text("classification", classification)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data resource.</param>
    /// <param name="resource">Name of the resource in the provider&apos;s catalogue.</param>
    /// <param name="accessMode">How the data is reached: api, database, file, stream, offline.</param>
    /// <param name="classification">Level of the data: public, general, important, core.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        string? resource = null,
        string? accessMode = null,
        string? classification = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Text("resource", resource)
            .Text("access_mode", accessMode)
            .Text("classification", classification)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data resource.</param>
    /// <param name="resource">Name of the resource in the provider&apos;s catalogue.</param>
    /// <param name="accessMode">How the data is reached: api, database, file, stream, offline.</param>
    /// <param name="classification">Level of the data: public, general, important, core.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string? resource = null,
        string? accessMode = null,
        string? classification = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("resource", resource)
            .Text("access_mode", accessMode)
            .Text("classification", classification)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>return</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data resource.</param>
    /// <param name="resource">Name of the resource in the provider&apos;s catalogue.</param>
    /// <param name="accessMode">How the data is reached: api, database, file, stream, offline.</param>
    /// <param name="classification">Level of the data: public, general, important, core.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Return(
        RecordAuthor by,
        string subject,
        string? resource = null,
        string? accessMode = null,
        string? classification = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "return", by, subject)
            .Text("resource", resource)
            .Text("access_mode", accessMode)
            .Text("classification", classification)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>withdraw</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data resource.</param>
    /// <param name="resource">Name of the resource in the provider&apos;s catalogue.</param>
    /// <param name="accessMode">How the data is reached: api, database, file, stream, offline.</param>
    /// <param name="classification">Level of the data: public, general, important, core.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Withdraw(
        RecordAuthor by,
        string subject,
        string? resource = null,
        string? accessMode = null,
        string? classification = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "withdraw", by, subject)
            .Text("resource", resource)
            .Text("access_mode", accessMode)
            .Text("classification", classification)
            .Make(digests, links, more);
}
