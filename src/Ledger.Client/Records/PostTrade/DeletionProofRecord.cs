// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.PostTrade;

/// <summary>
/// Deletion proof (销毁证明): records of the type <c>post-trade.deletion-proof</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, regulator, subject, insurer,
/// auditor.</remarks>
public static class DeletionProofRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "post-trade.deletion-proof";

    /// <summary>A record of the action <c>request</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order, authorisation or asset.</param>
    /// <param name="method">How it was destroyed: erase, overwrite, key-destruction, physical.</param>
    /// <param name="records">Number of records destroyed.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Request(
        RecordAuthor by,
        string subject,
        string? method = null,
        long? records = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "request", by, subject)
            .Text("method", method)
            .Integer("records", records)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>delete</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order, authorisation or asset.</param>
    /// <param name="method">How it was destroyed: erase, overwrite, key-destruction, physical.</param>
    /// <param name="records">Number of records destroyed.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Delete(
        RecordAuthor by,
        string subject,
        string method,
        IReadOnlyList<EvidenceDigest> digests,
        long? records = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "delete", by, subject)
            .Text("method", method, required: true)
            .Integer("records", records)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>confirm</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order, authorisation or asset.</param>
    /// <param name="method">How it was destroyed: erase, overwrite, key-destruction, physical.</param>
    /// <param name="records">Number of records destroyed.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Confirm(
        RecordAuthor by,
        string subject,
        string? method = null,
        long? records = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "confirm", by, subject)
            .Text("method", method)
            .Integer("records", records)
            .Make(digests, links, more);
}
