// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Trade;

/// <summary>
/// Matching (撮合): records of the type <c>trade.matching</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, insurer.</remarks>
public static class MatchingRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "trade.matching";

    /// <summary>A record of the action <c>demand</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order.</param>
    /// <param name="product">The data product.</param>
    /// <param name="counterparty">The other side.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Demand(
        RecordAuthor by,
        string subject,
        string? product = null,
        string? counterparty = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "demand", by, subject)
            .Text("product", product)
            .Text("counterparty", counterparty)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>offer</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order.</param>
    /// <param name="product">The data product.</param>
    /// <param name="counterparty">The other side.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Offer(
        RecordAuthor by,
        string subject,
        string product,
        string? counterparty = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "offer", by, subject)
            .Text("product", product, required: true)
            .Text("counterparty", counterparty)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>match</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order.</param>
    /// <param name="product">The data product.</param>
    /// <param name="counterparty">The other side.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Match(
        RecordAuthor by,
        string subject,
        string product,
        string counterparty,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "match", by, subject)
            .Text("product", product, required: true)
            .Text("counterparty", counterparty, required: true)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>decline</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order.</param>
    /// <param name="product">The data product.</param>
    /// <param name="counterparty">The other side.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Decline(
        RecordAuthor by,
        string subject,
        string? product = null,
        string? counterparty = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "decline", by, subject)
            .Text("product", product)
            .Text("counterparty", counterparty)
            .Make(digests, links, more);
}
