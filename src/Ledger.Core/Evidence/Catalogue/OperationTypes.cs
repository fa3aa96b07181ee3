using static Ledger.Core.Evidence.Catalogue.AttributeRules;
using static Ledger.Core.Evidence.Catalogue.EvidenceActions;
using static Ledger.Core.Evidence.Catalogue.EvidenceRoles;

namespace Ledger.Core.Evidence.Catalogue;

/// <summary>运营阶段: catalogues and data assets.</summary>
internal static class OperationTypes
{
    private static readonly StageTable Table = new(EvidenceStage.Operation, EvidenceLane.During);

    private static readonly AttributeRule Version = Text("version", "version of the catalogue entry or asset");

    public static IReadOnlyList<EvidenceType> All { get; } =
    [
        Table.Row(
            "catalogue-subscribe", "目录订阅", "Catalogue subscription", "the catalogue entry",
            ["subscribe", "unsubscribe", Approve, Reject],
            [Consumer, Developer, Insurer, Operator, Platform],
            Text("subscriber", "who subscribes").Required("subscribe"),
            Time("valid_until", "end of the subscription")),
        Table.Row(
            "catalogue-change", "目录变更", "Catalogue change", "the catalogue entry",
            [Change, Approve, Reject],
            [Provider, Operator, Platform],
            Version.Required(Change)) with
        { MinimumDigests = 1, DigestsRequiredBy = [Change] },
        Table.Row(
            "catalogue-take-down", "目录下架", "Catalogue take-down", "the catalogue entry",
            ["take-down", "restore", Approve, Reject],
            [Provider, Operator, Platform, Regulator],
            Version),
        Table.Row(
            "asset-publish", "数据资产发布", "Data asset publication", "the data asset",
            ["publish", Approve, Reject],
            [Provider, Operator, Developer, Platform],
            Version.Required("publish"),
            Choice("asset_kind", "what the asset is", "table", "api", "file", "model", "report", "service")) with
        { MinimumDigests = 1, DigestsRequiredBy = ["publish"] },
        Table.Row(
            "asset-update", "数据资产更新", "Data asset update", "the data asset",
            ["update", Approve, Reject],
            [Provider, Operator, Developer, Platform],
            Version.Required("update"),
            Count("records", "number of records after the update")) with
        { MinimumDigests = 1, DigestsRequiredBy = ["update"] },
        Table.Row(
            "asset-take-down", "数据资产下架", "Data asset take-down", "the data asset",
            ["take-down", "restore", Approve, Reject],
            [Provider, Operator, Developer, Platform, Regulator],
            Version),
    ];
}
