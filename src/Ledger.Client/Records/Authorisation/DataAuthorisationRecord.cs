// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Authorisation;

/// <summary>
/// Data authorisation (数据授权): records of the type <c>authorisation.data-authorisation</c>.
/// </summary>
/// <remarks>In one of the roles provider, operator, subject.</remarks>
public static class DataAuthorisationRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "authorisation.data-authorisation";

    /// <summary>A record of the action <c>grant</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the authorisation.</param>
    /// <param name="grantee">Who is authorised.</param>
    /// <param name="scope">Which data, for what.</param>
    /// <param name="validUntil">End of the authorisation.</param>
    /// <param name="policy">Usage control that applies: view, process, download, derive.</param>
    /// <param name="maxUses">How often it may be used.</param>
    /// <param name="validFrom">Beginning of the authorisation.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Grant(
        RecordAuthor by,
        string subject,
        string grantee,
        string scope,
        DateTimeOffset validUntil,
        string? policy = null,
        long? maxUses = null,
        DateTimeOffset? validFrom = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "grant", by, subject)
            .Text("grantee", grantee, required: true)
            .Text("scope", scope, required: true)
            .Time("valid_until", validUntil)
            .Text("policy", policy)
            .Integer("max_uses", maxUses)
            .Time("valid_from", validFrom)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>change</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the authorisation.</param>
    /// <param name="grantee">Who is authorised.</param>
    /// <param name="scope">Which data, for what.</param>
    /// <param name="policy">Usage control that applies: view, process, download, derive.</param>
    /// <param name="maxUses">How often it may be used.</param>
    /// <param name="validFrom">Beginning of the authorisation.</param>
    /// <param name="validUntil">End of the authorisation.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Change(
        RecordAuthor by,
        string subject,
        string grantee,
        string scope,
        string? policy = null,
        long? maxUses = null,
        DateTimeOffset? validFrom = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "change", by, subject)
            .Text("grantee", grantee, required: true)
            .Text("scope", scope, required: true)
            .Text("policy", policy)
            .Integer("max_uses", maxUses)
            .Time("valid_from", validFrom)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>terminate</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the authorisation.</param>
    /// <param name="grantee">Who is authorised.</param>
    /// <param name="scope">Which data, for what.</param>
    /// <param name="policy">Usage control that applies: view, process, download, derive.</param>
    /// <param name="maxUses">How often it may be used.</param>
    /// <param name="validFrom">Beginning of the authorisation.</param>
    /// <param name="validUntil">End of the authorisation.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Terminate(
        RecordAuthor by,
        string subject,
        string? grantee = null,
        string? scope = null,
        string? policy = null,
        long? maxUses = null,
        DateTimeOffset? validFrom = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "terminate", by, subject)
            .Text("grantee", grantee)
            .Text("scope", scope)
            .Text("policy", policy)
            .Integer("max_uses", maxUses)
            .Time("valid_from", validFrom)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>withdraw</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the authorisation.</param>
    /// <param name="grantee">Who is authorised.</param>
    /// <param name="scope">Which data, for what.</param>
    /// <param name="policy">Usage control that applies: view, process, download, derive.</param>
    /// <param name="maxUses">How often it may be used.</param>
    /// <param name="validFrom">Beginning of the authorisation.</param>
    /// <param name="validUntil">End of the authorisation.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Withdraw(
        RecordAuthor by,
        string subject,
        string? grantee = null,
        string? scope = null,
        string? policy = null,
        long? maxUses = null,
        DateTimeOffset? validFrom = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "withdraw", by, subject)
            .Text("grantee", grantee)
            .Text("scope", scope)
            .Text("policy", policy)
            .Integer("max_uses", maxUses)
            .Time("valid_from", validFrom)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>consent</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the authorisation.</param>
    /// <param name="grantee">Who is authorised.</param>
    /// <param name="scope">Which data, for what.</param>
    /// <param name="policy">Usage control that applies: view, process, download, derive.</param>
    /// <param name="maxUses">How often it may be used.</param>
    /// <param name="validFrom">Beginning of the authorisation.</param>
    /// <param name="validUntil">End of the authorisation.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Consent(
        RecordAuthor by,
        string subject,
        string grantee,
        string scope,
        string? policy = null,
        long? maxUses = null,
        DateTimeOffset? validFrom = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "consent", by, subject)
            .Text("grantee", grantee, required: true)
            .Text("scope", scope, required: true)
            .Text("policy", policy)
            .Integer("max_uses", maxUses)
            .Time("valid_from", validFrom)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>refuse</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the authorisation.</param>
    /// <param name="grantee">Who is authorised.</param>
    /// <param name="scope">Which data, for what.</param>
    /// <param name="policy">Usage control that applies: view, process, download, derive.</param>
    /// <param name="maxUses">How often it may be used.</param>
    /// <param name="validFrom">Beginning of the authorisation.</param>
    /// <param name="validUntil">End of the authorisation.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Refuse(
        RecordAuthor by,
        string subject,
        string? grantee = null,
        string? scope = null,
        string? policy = null,
        long? maxUses = null,
        DateTimeOffset? validFrom = null,
        DateTimeOffset? validUntil = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "refuse", by, subject)
            .Text("grantee", grantee)
            .Text("scope", scope)
            .Text("policy", policy)
            .Integer("max_uses", maxUses)
            .Time("valid_from", validFrom)
            .Time("valid_until", validUntil)
            .Make(digests, links, more);
}
