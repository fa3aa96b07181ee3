// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Trade;

/// <summary>
/// Contract signing (合同签订): records of the type <c>trade.contract-signing</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, insurer, subject.</remarks>
public static class ContractSigningRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "trade.contract-signing";

    /// <summary>A record of the action <c>propose</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or contract.</param>
    /// <param name="contractNumber">Number of the contract.</param>
    /// <param name="amount">Total of the contract.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="validUntil">End of the contract.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Propose(
        RecordAuthor by,
        string subject,
        string contractNumber,
        IReadOnlyList<EvidenceDigest> digests,
        decimal? amount = null,
        string? currency = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "propose", by, subject)
            .Text("contract_number", contractNumber, required: true)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>sign</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or contract.</param>
    /// <param name="contractNumber">Number of the contract.</param>
    /// <param name="amount">Total of the contract.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="validUntil">End of the contract.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Sign(
        RecordAuthor by,
        string subject,
        string contractNumber,
        IReadOnlyList<EvidenceDigest> digests,
        decimal? amount = null,
        string? currency = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "sign", by, subject)
            .Text("contract_number", contractNumber, required: true)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or contract.</param>
    /// <param name="contractNumber">Number of the contract.</param>
    /// <param name="amount">Total of the contract.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="validUntil">End of the contract.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string? contractNumber = null,
        decimal? amount = null,
        string? currency = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("contract_number", contractNumber)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>change</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or contract.</param>
    /// <param name="contractNumber">Number of the contract.</param>
    /// <param name="amount">Total of the contract.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="validUntil">End of the contract.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Change(
        RecordAuthor by,
        string subject,
        IReadOnlyList<EvidenceDigest> digests,
        string? contractNumber = null,
        decimal? amount = null,
        string? currency = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "change", by, subject)
            .Text("contract_number", contractNumber)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>terminate</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or contract.</param>
    /// <param name="contractNumber">Number of the contract.</param>
    /// <param name="amount">Total of the contract.</param>
    /// <param name="currency">ISO 4217 code of the amount&apos;s currency.</param>
    /// <param name="validUntil">End of the contract.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Terminate(
        RecordAuthor by,
        string subject,
        string? contractNumber = null,
        decimal? amount = null,
        string? currency = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "terminate", by, subject)
            .Text("contract_number", contractNumber)
            .Decimal("amount", amount)
            .Text("currency", currency)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);
}
