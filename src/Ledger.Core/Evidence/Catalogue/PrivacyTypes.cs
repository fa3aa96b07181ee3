using static Ledger.Core.Evidence.Catalogue.AttributeRules;
using static Ledger.Core.Evidence.Catalogue.EvidenceRoles;

namespace Ledger.Core.Evidence.Catalogue;

/// <summary>隐私计算: jobs and queries of privacy-preserving computation.</summary>
internal static class PrivacyTypes
{
    private static readonly StageTable Table = new(EvidenceStage.Privacy, EvidenceLane.During);
    private static readonly StageTable Audit = new(EvidenceStage.Privacy, EvidenceLane.After);

    public static IReadOnlyList<EvidenceType> All { get; } =
    [
        Table.Row(
            "job", "隐私计算任务", "Privacy-computing job", "the job or the authorisation it runs on",
            ["create", "authorise", "start", "finish", "fail"],
            [Provider, Consumer, Operator, Developer, Platform, Insurer],
            Choice(
                "technique", "how privacy is kept",
                "mpc", "federated-learning", "tee", "psi", "homomorphic", "differential-privacy", "pir")
                .Required("create"),
            Text("job", "number of the job").Required(),
            Count("records", "number of records computed on")) with
        {
            MinimumDigests = 1,
            DigestsRequiredBy = ["create", "finish"],
            MinimumLinks = 1,
            LinksRequiredBy = ["authorise"],
        },
        Table.Row(
            "query", "查询条件存证", "Query condition", "the job or authorisation",
            ["query"],
            [Consumer, Operator, Developer, Platform, Insurer],
            Bytes("condition", "ciphertext of the query condition"),
            Text("key_id", "which key it is encrypted to"),
            Count("results", "number of results")) with
        { MinimumDigests = 1 },
        Audit.Row(
            "query-audit", "查询审计", "Query audit", "the job or authorisation",
            ["open", "report", "clear"],
            [Provider, Operator, Platform, Regulator, Auditor],
            Text("finding", "what was found").Required("report", "clear")) with
        { MinimumLinks = 1 },
    ];
}
