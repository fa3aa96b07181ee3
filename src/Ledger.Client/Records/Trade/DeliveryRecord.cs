// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Trade;

/// <summary>
/// Delivery (交付): records of the type <c>trade.delivery</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, insurer.</remarks>
public static class DeliveryRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "trade.delivery";

    /// <summary>A record of the action <c>deliver</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order.</param>
    /// <param name="mode">How it is delivered: api, file, table, report, sandbox, model.</param>
    /// <param name="receiver">Who receives.</param>
    /// <param name="records">Number of records delivered.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Deliver(
        RecordAuthor by,
        string subject,
        string mode,
        IReadOnlyList<EvidenceDigest> digests,
        string? receiver = null,
        long? records = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "deliver", by, subject)
            .Text("mode", mode, required: true)
            .Text("receiver", receiver)
            .Integer("records", records)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>accept</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order.</param>
    /// <param name="mode">How it is delivered: api, file, table, report, sandbox, model.</param>
    /// <param name="receiver">Who receives.</param>
    /// <param name="records">Number of records delivered.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Accept(
        RecordAuthor by,
        string subject,
        string? mode = null,
        string? receiver = null,
        long? records = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "accept", by, subject)
            .Text("mode", mode)
            .Text("receiver", receiver)
            .Integer("records", records)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order.</param>
    /// <param name="mode">How it is delivered: api, file, table, report, sandbox, model.</param>
    /// <param name="receiver">Who receives.</param>
    /// <param name="records">Number of records delivered.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string? mode = null,
        string? receiver = null,
        long? records = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("mode", mode)
            .Text("receiver", receiver)
            .Integer("records", records)
            .Make(digests, links, more);
}
