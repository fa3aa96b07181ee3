// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Operation;

/// <summary>
/// Data asset publication (数据资产发布): records of the type <c>operation.asset-publish</c>.
/// </summary>
/// <remarks>In one of the roles provider, operator, developer, platform.</remarks>
public static class AssetPublishRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "operation.asset-publish";

    /// <summary>A record of the action <c>publish</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="version">Version of the catalogue entry or asset.</param>
    /// <param name="assetKind">What the asset is: table, api, file, model, report, service.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Publish(
        RecordAuthor by,
        string subject,
        string version,
        IReadOnlyList<EvidenceDigest> digests,
        string? assetKind = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "publish", by, subject)
            .Text("version", version, required: true)
            .Text("asset_kind", assetKind)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>approve</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="version">Version of the catalogue entry or asset.</param>
    /// <param name="assetKind">What the asset is: table, api, file, model, report, service.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Approve(
        RecordAuthor by,
        string subject,
        string? version = null,
        string? assetKind = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "approve", by, subject)
            .Text("version", version)
            .Text("asset_kind", assetKind)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>reject</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the data asset.</param>
    /// <param name="version">Version of the catalogue entry or asset.</param>
    /// <param name="assetKind">What the asset is: table, api, file, model, report, service.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Reject(
        RecordAuthor by,
        string subject,
        string? version = null,
        string? assetKind = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "reject", by, subject)
            .Text("version", version)
            .Text("asset_kind", assetKind)
            .Make(digests, links, more);
}
