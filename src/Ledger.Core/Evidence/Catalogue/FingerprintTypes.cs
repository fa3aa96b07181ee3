using static Ledger.Core.Evidence.Catalogue.AttributeRules;
using static Ledger.Core.Evidence.Catalogue.EvidenceRoles;

namespace Ledger.Core.Evidence.Catalogue;

/// <summary>数据指纹: fingerprints of data sets and checks against them.</summary>
internal static class FingerprintTypes
{
    private static readonly StageTable Table = new(EvidenceStage.Fingerprint, EvidenceLane.Before);
    private static readonly StageTable Check = new(EvidenceStage.Fingerprint, EvidenceLane.After);

    public static IReadOnlyList<EvidenceType> All { get; } =
    [
        Table.Row(
            "data", "数据指纹", "Data fingerprint", "what the data is about: a vehicle, an asset, a model",
            ["anchor", "supersede"],
            [Provider, Consumer, Operator, Developer, Platform, Insurer, Subject],
            Text("rule", "how the data is cut into records, such as csv or lines"),
            Count("records", "number of records"),
            Count("size_bytes", "size of the data"),
            Time("period_start", "beginning of the period that the data covers"),
            Time("period_end", "end of that period")) with
        { MinimumDigests = 1 },
        Check.Row(
            "verification", "验真", "Verification against a fingerprint", "what the data is about",
            ["verify"],
            [Provider, Consumer, Operator, Developer, Platform, Regulator, Insurer, Auditor],
            Choice("outcome", "whether the data agrees", "match", "mismatch").Required(),
            Count("first_record", "first record of the segment shown"),
            Count("records", "number of records of the segment shown")) with
        { MinimumDigests = 1, MinimumLinks = 1 },
    ];
}
