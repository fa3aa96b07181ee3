// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.PreTrade;

/// <summary>
/// Pricing (定价): records of the type <c>pre-trade.pricing</c>.
/// </summary>
/// <remarks>In one of the roles provider, operator, developer, platform, regulator.</remarks>
public static class PricingRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "pre-trade.pricing";

    /// <summary>A record of the action <c>set</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data product.</param>
    /// <param name="model">What is charged for: call, record, period, licence, revenue-share, once.</param>
    /// <param name="price">Price of one unit.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="validFrom">When the price begins to apply.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Set(
        RecordAuthor by,
        string subject,
        string model,
        decimal price,
        string currency,
        DateTimeOffset? validFrom = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "set", by, subject)
            .Text("model", model, required: true)
            .Decimal("price", price)
            .Text("currency", currency, required: true)
            .Time("valid_from", validFrom)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>change</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data product.</param>
    /// <param name="model">What is charged for: call, record, period, licence, revenue-share, once.</param>
    /// <param name="price">Price of one unit.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="validFrom">When the price begins to apply.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Change(
        RecordAuthor by,
        string subject,
        string model,
        decimal price,
        string currency,
        DateTimeOffset? validFrom = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "change", by, subject)
            .Text("model", model, required: true)
            .Decimal("price", price)
            .Text("currency", currency, required: true)
            .Time("valid_from", validFrom)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data product.</param>
    /// <param name="model">What is charged for: call, record, period, licence, revenue-share, once.</param>
    /// <param name="price">Price of one unit.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="validFrom">When the price begins to apply.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        string? model = null,
        decimal? price = null,
        string? currency = null,
        DateTimeOffset? validFrom = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Text("model", model)
            .Decimal("price", price)
            .Text("currency", currency)
            .Time("valid_from", validFrom)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data product.</param>
    /// <param name="model">What is charged for: call, record, period, licence, revenue-share, once.</param>
    /// <param name="price">Price of one unit.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="validFrom">When the price begins to apply.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string? model = null,
        decimal? price = null,
        string? currency = null,
        DateTimeOffset? validFrom = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("model", model)
            .Decimal("price", price)
            .Text("currency", currency)
            .Time("valid_from", validFrom)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>withdraw</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data product.</param>
    /// <param name="model">What is charged for: call, record, period, licence, revenue-share, once.</param>
    /// <param name="price">Price of one unit.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="validFrom">When the price begins to apply.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Withdraw(
        RecordAuthor by,
        string subject,
        string? model = null,
        decimal? price = null,
        string? currency = null,
        DateTimeOffset? validFrom = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "withdraw", by, subject)
            .Text("model", model)
            .Decimal("price", price)
            .Text("currency", currency)
            .Time("valid_from", validFrom)
            .Make(digests, links, more);
}
