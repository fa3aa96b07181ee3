// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.PostTrade;

/// <summary>
/// Tracing (追溯): records of the type <c>post-trade.tracing</c>.
/// </summary>
/// <remarks>In one of the roles provider, operator, platform, regulator, insurer, auditor.</remarks>
public static class TracingRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "post-trade.tracing";

    /// <summary>A record of the action <c>draft</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is traced.</param>
    /// <param name="finding">What was found.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Draft(
        RecordAuthor by,
        string subject,
        string? finding = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "draft", by, subject)
            .Text("finding", finding)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>trace</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is traced.</param>
    /// <param name="finding">What was found.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Trace(
        RecordAuthor by,
        string subject,
        string? finding = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "trace", by, subject)
            .Text("finding", finding)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>report</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is traced.</param>
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
    /// <param name="subject">The business key of what is traced.</param>
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
