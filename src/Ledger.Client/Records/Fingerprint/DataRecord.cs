// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Fingerprint;

/// <summary>
/// Data fingerprint (数据指纹): records of the type <c>fingerprint.data</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, insurer, subject.</remarks>
public static class DataRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "fingerprint.data";

    /// <summary>A record of the action <c>anchor</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what the data is about: a vehicle, an asset, a model.</param>
    /// <param name="rule">How the data is cut into records, such as csv or lines.</param>
    /// <param name="records">Number of records.</param>
    /// <param name="sizeBytes">Size of the data.</param>
    /// <param name="periodStart">Beginning of the period that the data covers.</param>
    /// <param name="periodEnd">End of that period.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Anchor(
        RecordAuthor by,
        string subject,
        IReadOnlyList<EvidenceDigest> digests,
        string? rule = null,
        long? records = null,
        long? sizeBytes = null,
        DateTimeOffset? periodStart = null,
        DateTimeOffset? periodEnd = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "anchor", by, subject)
            .Text("rule", rule)
            .Integer("records", records)
            .Integer("size_bytes", sizeBytes)
            .Time("period_start", periodStart)
            .Time("period_end", periodEnd)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>supersede</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of what the data is about: a vehicle, an asset, a model.</param>
    /// <param name="rule">How the data is cut into records, such as csv or lines.</param>
    /// <param name="records">Number of records.</param>
    /// <param name="sizeBytes">Size of the data.</param>
    /// <param name="periodStart">Beginning of the period that the data covers.</param>
    /// <param name="periodEnd">End of that period.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Supersede(
        RecordAuthor by,
        string subject,
        IReadOnlyList<EvidenceDigest> digests,
        string? rule = null,
        long? records = null,
        long? sizeBytes = null,
        DateTimeOffset? periodStart = null,
        DateTimeOffset? periodEnd = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "supersede", by, subject)
            .Text("rule", rule)
            .Integer("records", records)
            .Integer("size_bytes", sizeBytes)
            .Time("period_start", periodStart)
            .Time("period_end", periodEnd)
            .Make(digests, links, more);
}
