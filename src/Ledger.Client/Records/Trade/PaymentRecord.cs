// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Trade;

/// <summary>
/// Payment (支付): records of the type <c>trade.payment</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, insurer, subject.</remarks>
public static class PaymentRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "trade.payment";

    /// <summary>A record of the action <c>request</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or request that is paid.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payer">Who pays.</param>
    /// <param name="payee">Who is paid.</param>
    /// <param name="paymentNumber">Number of the payment in the payment system.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Request(
        RecordAuthor by,
        string subject,
        decimal amount,
        string currency,
        string? payer = null,
        string? payee = null,
        string? paymentNumber = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "request", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency, required: true)
            .Text("payer", payer)
            .Text("payee", payee)
            .Text("payment_number", paymentNumber)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or request that is paid.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payer">Who pays.</param>
    /// <param name="payee">Who is paid.</param>
    /// <param name="paymentNumber">Number of the payment in the payment system.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        decimal? amount = null,
        string? currency = null,
        string? payer = null,
        string? payee = null,
        string? paymentNumber = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Text("payer", payer)
            .Text("payee", payee)
            .Text("payment_number", paymentNumber)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or request that is paid.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payer">Who pays.</param>
    /// <param name="payee">Who is paid.</param>
    /// <param name="paymentNumber">Number of the payment in the payment system.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        decimal? amount = null,
        string? currency = null,
        string? payer = null,
        string? payee = null,
        string? paymentNumber = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Text("payer", payer)
            .Text("payee", payee)
            .Text("payment_number", paymentNumber)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>pay</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or request that is paid.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payer">Who pays.</param>
    /// <param name="payee">Who is paid.</param>
    /// <param name="paymentNumber">Number of the payment in the payment system.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Pay(
        RecordAuthor by,
        string subject,
        decimal amount,
        string currency,
        string? payer = null,
        string? payee = null,
        string? paymentNumber = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "pay", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency, required: true)
            .Text("payer", payer)
            .Text("payee", payee)
            .Text("payment_number", paymentNumber)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>complete</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or request that is paid.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payer">Who pays.</param>
    /// <param name="payee">Who is paid.</param>
    /// <param name="paymentNumber">Number of the payment in the payment system.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Complete(
        RecordAuthor by,
        string subject,
        decimal amount,
        string currency,
        string? payer = null,
        string? payee = null,
        string? paymentNumber = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "complete", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency, required: true)
            .Text("payer", payer)
            .Text("payee", payee)
            .Text("payment_number", paymentNumber)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>fail</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or request that is paid.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payer">Who pays.</param>
    /// <param name="payee">Who is paid.</param>
    /// <param name="paymentNumber">Number of the payment in the payment system.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Fail(
        RecordAuthor by,
        string subject,
        decimal? amount = null,
        string? currency = null,
        string? payer = null,
        string? payee = null,
        string? paymentNumber = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "fail", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Text("payer", payer)
            .Text("payee", payee)
            .Text("payment_number", paymentNumber)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>refund</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or request that is paid.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="payer">Who pays.</param>
    /// <param name="payee">Who is paid.</param>
    /// <param name="paymentNumber">Number of the payment in the payment system.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Refund(
        RecordAuthor by,
        string subject,
        decimal amount,
        string currency,
        string? payer = null,
        string? payee = null,
        string? paymentNumber = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "refund", by, subject)
            .Decimal("amount", amount)
            .Text("currency", currency, required: true)
            .Text("payer", payer)
            .Text("payee", payee)
            .Text("payment_number", paymentNumber)
            .Make(digests, links, more);
}
