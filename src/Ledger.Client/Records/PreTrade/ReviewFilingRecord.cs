// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.PreTrade;

/// <summary>
/// Review and filing (审核备案): records of the type <c>pre-trade.review-filing</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, regulator, insurer,
/// auditor.</remarks>
public static class ReviewFilingRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "pre-trade.review-filing";

    /// <summary>A record of the action <c>draft</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is reviewed: an asset, a product, a request.</param>
    /// <param name="filingNumber">Number under which it is filed.</param>
    /// <param name="reviewer">Who or which office decided.</param>
    /// <param name="amount">Amount that the request is about.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Draft(
        RecordAuthor by,
        string subject,
        string? filingNumber = null,
        string? reviewer = null,
        decimal? amount = null,
        string? currency = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "draft", by, subject)
            .Text("filing_number", filingNumber)
            .Text("reviewer", reviewer)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>submit</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is reviewed: an asset, a product, a request.</param>
    /// <param name="filingNumber">Number under which it is filed.</param>
    /// <param name="reviewer">Who or which office decided.</param>
    /// <param name="amount">Amount that the request is about.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Submit(
        RecordAuthor by,
        string subject,
        string? filingNumber = null,
        string? reviewer = null,
        decimal? amount = null,
        string? currency = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "submit", by, subject)
            .Text("filing_number", filingNumber)
            .Text("reviewer", reviewer)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is reviewed: an asset, a product, a request.</param>
    /// <param name="filingNumber">Number under which it is filed.</param>
    /// <param name="reviewer">Who or which office decided.</param>
    /// <param name="amount">Amount that the request is about.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        string? filingNumber = null,
        string? reviewer = null,
        decimal? amount = null,
        string? currency = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Text("filing_number", filingNumber)
            .Text("reviewer", reviewer)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is reviewed: an asset, a product, a request.</param>
    /// <param name="filingNumber">Number under which it is filed.</param>
    /// <param name="reviewer">Who or which office decided.</param>
    /// <param name="amount">Amount that the request is about.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string? filingNumber = null,
        string? reviewer = null,
        decimal? amount = null,
        string? currency = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("filing_number", filingNumber)
            .Text("reviewer", reviewer)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>return</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is reviewed: an asset, a product, a request.</param>
    /// <param name="filingNumber">Number under which it is filed.</param>
    /// <param name="reviewer">Who or which office decided.</param>
    /// <param name="amount">Amount that the request is about.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Return(
        RecordAuthor by,
        string subject,
        string? filingNumber = null,
        string? reviewer = null,
        decimal? amount = null,
        string? currency = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "return", by, subject)
            .Text("filing_number", filingNumber)
            .Text("reviewer", reviewer)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>withdraw</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is reviewed: an asset, a product, a request.</param>
    /// <param name="filingNumber">Number under which it is filed.</param>
    /// <param name="reviewer">Who or which office decided.</param>
    /// <param name="amount">Amount that the request is about.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Withdraw(
        RecordAuthor by,
        string subject,
        string? filingNumber = null,
        string? reviewer = null,
        decimal? amount = null,
        string? currency = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "withdraw", by, subject)
            .Text("filing_number", filingNumber)
            .Text("reviewer", reviewer)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>file</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what is reviewed: an asset, a product, a request.</param>
    /// <param name="filingNumber">Number under which it is filed.</param>
    /// <param name="reviewer">Who or which office decided.</param>
    /// <param name="amount">Amount that the request is about.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord File(
        RecordAuthor by,
        string subject,
        string filingNumber,
        string? reviewer = null,
        decimal? amount = null,
        string? currency = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "file", by, subject)
            .Text("filing_number", filingNumber, required: true)
            .Text("reviewer", reviewer)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Make(digests, links, more);
}
