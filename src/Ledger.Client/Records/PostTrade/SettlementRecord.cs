// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.PostTrade;

/// <summary>
/// Settlement (结算): records of the type <c>post-trade.settlement</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, insurer, auditor.</remarks>
public static class SettlementRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "post-trade.settlement";

    /// <summary>A record of the action <c>calculate</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or settlement cycle.</param>
    /// <param name="amount">The amount settled.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payee">Who receives it.</param>
    /// <param name="share">The payee&apos;s share of the whole.</param>
    /// <param name="cycle">The settlement cycle, such as 2026-03.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Calculate(
        RecordAuthor by,
        string subject,
        decimal amount,
        string currency,
        string? payee = null,
        decimal? share = null,
        string? cycle = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "calculate", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency, required: true)
            .Text("payee", payee)
            .Decimal("share", share)
            .Text("cycle", cycle)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>confirm</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or settlement cycle.</param>
    /// <param name="amount">The amount settled.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payee">Who receives it.</param>
    /// <param name="share">The payee&apos;s share of the whole.</param>
    /// <param name="cycle">The settlement cycle, such as 2026-03.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Confirm(
        RecordAuthor by,
        string subject,
        decimal? amount = null,
        string? currency = null,
        string? payee = null,
        decimal? share = null,
        string? cycle = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "confirm", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Text("payee", payee)
            .Decimal("share", share)
            .Text("cycle", cycle)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>settle</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or settlement cycle.</param>
    /// <param name="amount">The amount settled.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payee">Who receives it.</param>
    /// <param name="share">The payee&apos;s share of the whole.</param>
    /// <param name="cycle">The settlement cycle, such as 2026-03.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Settle(
        RecordAuthor by,
        string subject,
        decimal amount,
        string currency,
        string? payee = null,
        decimal? share = null,
        string? cycle = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "settle", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency, required: true)
            .Text("payee", payee)
            .Decimal("share", share)
            .Text("cycle", cycle)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>dispute</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or settlement cycle.</param>
    /// <param name="amount">The amount settled.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payee">Who receives it.</param>
    /// <param name="share">The payee&apos;s share of the whole.</param>
    /// <param name="cycle">The settlement cycle, such as 2026-03.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Dispute(
        RecordAuthor by,
        string subject,
        decimal? amount = null,
        string? currency = null,
        string? payee = null,
        decimal? share = null,
        string? cycle = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "dispute", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Text("payee", payee)
            .Decimal("share", share)
            .Text("cycle", cycle)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>correct</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or settlement cycle.</param>
    /// <param name="amount">The amount settled.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payee">Who receives it.</param>
    /// <param name="share">The payee&apos;s share of the whole.</param>
    /// <param name="cycle">The settlement cycle, such as 2026-03.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Correct(
        RecordAuthor by,
        string subject,
        decimal amount,
        string currency,
        string? payee = null,
        decimal? share = null,
        string? cycle = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "correct", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency, required: true)
            .Text("payee", payee)
            .Decimal("share", share)
            .Text("cycle", cycle)
            .Make(digests, links, more);
}
