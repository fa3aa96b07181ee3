// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.PostTrade;

/// <summary>
/// Usage metering (使用计量): records of the type <c>post-trade.usage-metering</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, insurer.</remarks>
public static class UsageMeteringRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "post-trade.usage-metering";

    /// <summary>A record of the action <c>meter</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or authorisation.</param>
    /// <param name="quantity">How much was used.</param>
    /// <param name="unitOfUse">What is counted: call, record, byte, second, day, licence.</param>
    /// <param name="periodStart">Beginning of the period.</param>
    /// <param name="periodEnd">End of the period.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Meter(
        RecordAuthor by,
        string subject,
        long quantity,
        string unitOfUse,
        DateTimeOffset? periodStart = null,
        DateTimeOffset? periodEnd = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "meter", by, subject)
            .Integer("quantity", quantity)
            .Text("unit_of_use", unitOfUse, required: true)
            .Time("period_start", periodStart)
            .Time("period_end", periodEnd)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>confirm</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or authorisation.</param>
    /// <param name="quantity">How much was used.</param>
    /// <param name="unitOfUse">What is counted: call, record, byte, second, day, licence.</param>
    /// <param name="periodStart">Beginning of the period.</param>
    /// <param name="periodEnd">End of the period.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Confirm(
        RecordAuthor by,
        string subject,
        long? quantity = null,
        string? unitOfUse = null,
        DateTimeOffset? periodStart = null,
        DateTimeOffset? periodEnd = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "confirm", by, subject)
            .Integer("quantity", quantity)
            .Text("unit_of_use", unitOfUse)
            .Time("period_start", periodStart)
            .Time("period_end", periodEnd)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>correct</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or authorisation.</param>
    /// <param name="quantity">How much was used.</param>
    /// <param name="unitOfUse">What is counted: call, record, byte, second, day, licence.</param>
    /// <param name="periodStart">Beginning of the period.</param>
    /// <param name="periodEnd">End of the period.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Correct(
        RecordAuthor by,
        string subject,
        long quantity,
        string unitOfUse,
        DateTimeOffset? periodStart = null,
        DateTimeOffset? periodEnd = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "correct", by, subject)
            .Integer("quantity", quantity)
            .Text("unit_of_use", unitOfUse, required: true)
            .Time("period_start", periodStart)
            .Time("period_end", periodEnd)
            .Make(digests, links, more);
}
