// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Privacy;

/// <summary>
/// Query audit (查询审计): records of the type <c>privacy.query-audit</c>.
/// </summary>
/// <remarks>In one of the roles provider, operator, platform, regulator, auditor.</remarks>
public static class QueryAuditRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "privacy.query-audit";

    /// <summary>A record of the action <c>open</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the job or authorisation.</param>
    /// <param name="finding">What was found.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on; 1 at least.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Open(
        RecordAuthor by,
        string subject,
        IReadOnlyList<EvidenceId> links,
        string? finding = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "open", by, subject)
            .Text("finding", finding)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>report</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the job or authorisation.</param>
    /// <param name="finding">What was found.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on; 1 at least.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Report(
        RecordAuthor by,
        string subject,
        string finding,
        IReadOnlyList<EvidenceId> links,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "report", by, subject)
            .Text("finding", finding, required: true)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>clear</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the job or authorisation.</param>
    /// <param name="finding">What was found.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on; 1 at least.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Clear(
        RecordAuthor by,
        string subject,
        string finding,
        IReadOnlyList<EvidenceId> links,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "clear", by, subject)
            .Text("finding", finding, required: true)
            .Make(digests, links, more);
}
