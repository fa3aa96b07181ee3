// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.PreTrade;

/// <summary>
/// Valuation (估值): records of the type <c>pre-trade.valuation</c>.
/// </summary>
/// <remarks>In one of the roles provider, operator, platform, auditor.</remarks>
public static class ValuationRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "pre-trade.valuation";

    /// <summary>A record of the action <c>value</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="amount">The value found.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="method">Method of valuation: cost, income, market, other.</param>
    /// <param name="valuedAt">The day of the valuation.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Value(
        RecordAuthor by,
        string subject,
        decimal amount,
        string currency,
        string? method = null,
        DateTimeOffset? valuedAt = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "value", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency, required: true)
            .Text("method", method)
            .Time("valued_at", valuedAt)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>revise</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="amount">The value found.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="method">Method of valuation: cost, income, market, other.</param>
    /// <param name="valuedAt">The day of the valuation.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Revise(
        RecordAuthor by,
        string subject,
        decimal amount,
        string currency,
        string? method = null,
        DateTimeOffset? valuedAt = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "revise", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency, required: true)
            .Text("method", method)
            .Time("valued_at", valuedAt)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="amount">The value found.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="method">Method of valuation: cost, income, market, other.</param>
    /// <param name="valuedAt">The day of the valuation.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        decimal? amount = null,
        string? currency = null,
        string? method = null,
        DateTimeOffset? valuedAt = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Text("method", method)
            .Time("valued_at", valuedAt)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="amount">The value found.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="method">Method of valuation: cost, income, market, other.</param>
    /// <param name="valuedAt">The day of the valuation.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        decimal? amount = null,
        string? currency = null,
        string? method = null,
        DateTimeOffset? valuedAt = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Text("method", method)
            .Time("valued_at", valuedAt)
            .Make(digests, links, more);
}
