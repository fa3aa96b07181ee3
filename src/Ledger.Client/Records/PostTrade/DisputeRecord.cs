// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.PostTrade;

/// <summary>
/// Dispute (争议): records of the type <c>post-trade.dispute</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, regulator, insurer,
/// subject.</remarks>
public static class DisputeRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "post-trade.dispute";

    /// <summary>A record of the action <c>open</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order, authorisation or asset in dispute.</param>
    /// <param name="claim">What is claimed.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on; 1 at least.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Open(
        RecordAuthor by,
        string subject,
        string claim,
        IReadOnlyList<EvidenceId> links,
        string? outcome = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "open", by, subject)
            .Text("claim", claim, required: true)
            .Text("outcome", outcome)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>respond</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order, authorisation or asset in dispute.</param>
    /// <param name="claim">What is claimed.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Respond(
        RecordAuthor by,
        string subject,
        string? claim = null,
        string? outcome = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "respond", by, subject)
            .Text("claim", claim)
            .Text("outcome", outcome)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>mediate</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order, authorisation or asset in dispute.</param>
    /// <param name="claim">What is claimed.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Mediate(
        RecordAuthor by,
        string subject,
        string? claim = null,
        string? outcome = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "mediate", by, subject)
            .Text("claim", claim)
            .Text("outcome", outcome)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>resolve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order, authorisation or asset in dispute.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="claim">What is claimed.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Resolve(
        RecordAuthor by,
        string subject,
        string outcome,
        string? claim = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "resolve", by, subject)
            .Text("outcome", outcome, required: true)
            .Text("claim", claim)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>withdraw</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order, authorisation or asset in dispute.</param>
    /// <param name="claim">What is claimed.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Withdraw(
        RecordAuthor by,
        string subject,
        string? claim = null,
        string? outcome = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "withdraw", by, subject)
            .Text("claim", claim)
            .Text("outcome", outcome)
            .Make(digests, links, more);
}
