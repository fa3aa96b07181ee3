// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.PreTrade;

/// <summary>
/// Confirmation of rights (确权): records of the type <c>pre-trade.rights-confirmation</c>.
/// </summary>
/// <remarks>In one of the roles provider, operator, developer, platform, regulator, auditor.</remarks>
public static class RightsConfirmationRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "pre-trade.rights-confirmation";

    /// <summary>A record of the action <c>draft</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="right">Which right: hold, process, operate.</param>
    /// <param name="holder">Who holds it.</param>
    /// <param name="validUntil">End of the right.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Draft(
        RecordAuthor by,
        string subject,
        string? right = null,
        string? holder = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "draft", by, subject)
            .Text("right", right)
            .Text("holder", holder)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>submit</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="right">Which right: hold, process, operate.</param>
    /// <param name="holder">Who holds it.</param>
    /// <param name="validUntil">End of the right.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Submit(
        RecordAuthor by,
        string subject,
        string right,
        string holder,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "submit", by, subject)
            .Text("right", right, required: true)
            .Text("holder", holder, required: true)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="right">Which right: hold, process, operate.</param>
    /// <param name="holder">Who holds it.</param>
    /// <param name="validUntil">End of the right.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        string right,
        string holder,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Text("right", right, required: true)
            .Text("holder", holder, required: true)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="right">Which right: hold, process, operate.</param>
    /// <param name="holder">Who holds it.</param>
    /// <param name="validUntil">End of the right.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string? right = null,
        string? holder = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("right", right)
            .Text("holder", holder)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>return</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="right">Which right: hold, process, operate.</param>
    /// <param name="holder">Who holds it.</param>
    /// <param name="validUntil">End of the right.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Return(
        RecordAuthor by,
        string subject,
        string? right = null,
        string? holder = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "return", by, subject)
            .Text("right", right)
            .Text("holder", holder)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>withdraw</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="right">Which right: hold, process, operate.</param>
    /// <param name="holder">Who holds it.</param>
    /// <param name="validUntil">End of the right.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Withdraw(
        RecordAuthor by,
        string subject,
        string? right = null,
        string? holder = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "withdraw", by, subject)
            .Text("right", right)
            .Text("holder", holder)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);
}
