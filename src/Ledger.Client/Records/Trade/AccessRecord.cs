// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Trade;

/// <summary>
/// Access (访问): records of the type <c>trade.access</c>.
/// </summary>
/// <remarks>In one of the roles consumer, operator, developer, platform, insurer, subject.</remarks>
public static class AccessRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "trade.access";

    /// <summary>A record of the action <c>view</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or authorisation.</param>
    /// <param name="application">The application that accesses.</param>
    /// <param name="user">Pseudonym of the person, where named users are required.</param>
    /// <param name="records">Number of records accessed.</param>
    /// <param name="calls">Number of calls that the record sums up.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord View(
        RecordAuthor by,
        string subject,
        string application,
        string? user = null,
        long? records = null,
        long? calls = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "view", by, subject)
            .Text("application", application, required: true)
            .Text("user", user)
            .Integer("records", records)
            .Integer("calls", calls)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>process</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or authorisation.</param>
    /// <param name="application">The application that accesses.</param>
    /// <param name="user">Pseudonym of the person, where named users are required.</param>
    /// <param name="records">Number of records accessed.</param>
    /// <param name="calls">Number of calls that the record sums up.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Process(
        RecordAuthor by,
        string subject,
        string application,
        string? user = null,
        long? records = null,
        long? calls = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "process", by, subject)
            .Text("application", application, required: true)
            .Text("user", user)
            .Integer("records", records)
            .Integer("calls", calls)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>download</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or authorisation.</param>
    /// <param name="application">The application that accesses.</param>
    /// <param name="user">Pseudonym of the person, where named users are required.</param>
    /// <param name="records">Number of records accessed.</param>
    /// <param name="calls">Number of calls that the record sums up.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Download(
        RecordAuthor by,
        string subject,
        string application,
        string? user = null,
        long? records = null,
        long? calls = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "download", by, subject)
            .Text("application", application, required: true)
            .Text("user", user)
            .Integer("records", records)
            .Integer("calls", calls)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>call</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or authorisation.</param>
    /// <param name="application">The application that accesses.</param>
    /// <param name="user">Pseudonym of the person, where named users are required.</param>
    /// <param name="records">Number of records accessed.</param>
    /// <param name="calls">Number of calls that the record sums up.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Call(
        RecordAuthor by,
        string subject,
        string application,
        string? user = null,
        long? records = null,
        long? calls = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "call", by, subject)
            .Text("application", application, required: true)
            .Text("user", user)
            .Integer("records", records)
            .Integer("calls", calls)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>deny</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the order or authorisation.</param>
    /// <param name="application">The application that accesses.</param>
    /// <param name="user">Pseudonym of the person, where named users are required.</param>
    /// <param name="records">Number of records accessed.</param>
    /// <param name="calls">Number of calls that the record sums up.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Deny(
        RecordAuthor by,
        string subject,
        string application,
        string? user = null,
        long? records = null,
        long? calls = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "deny", by, subject)
            .Text("application", application, required: true)
            .Text("user", user)
            .Integer("records", records)
            .Integer("calls", calls)
            .Make(digests, links, more);
}
