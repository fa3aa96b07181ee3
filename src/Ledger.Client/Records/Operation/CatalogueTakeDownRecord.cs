// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Operation;

/// <summary>
/// Catalogue take-down (目录下架): records of the type <c>operation.catalogue-take-down</c>.
/// </summary>
/// <remarks>In one of the roles provider, operator, platform, regulator.</remarks>
public static class CatalogueTakeDownRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "operation.catalogue-take-down";

    /// <summary>A record of the action <c>take-down</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the catalogue entry.</param>
    /// <param name="version">Version of the catalogue entry or asset.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord TakeDown(
        RecordAuthor by,
        string subject,
        string? version = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "take-down", by, subject)
            .Text("version", version)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>restore</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the catalogue entry.</param>
    /// <param name="version">Version of the catalogue entry or asset.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Restore(
        RecordAuthor by,
        string subject,
        string? version = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "restore", by, subject)
            .Text("version", version)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the catalogue entry.</param>
    /// <param name="version">Version of the catalogue entry or asset.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        string? version = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Text("version", version)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the catalogue entry.</param>
    /// <param name="version">Version of the catalogue entry or asset.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string? version = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("version", version)
            .Make(digests, links, more);
}
