using static Ledger.Core.Evidence.Catalogue.AttributeRules;
using static Ledger.Core.Evidence.Catalogue.EvidenceActions;
using static Ledger.Core.Evidence.Catalogue.EvidenceRoles;

namespace Ledger.Core.Evidence.Catalogue;

/// <summary>授权阶段: who may do what with which data.</summary>
internal static class AuthorisationTypes
{
    private const string Grant = "grant";
    private const string Consent = "consent";

    private static readonly StageTable Table = new(EvidenceStage.Authorisation, EvidenceLane.Before);

    public static IReadOnlyList<EvidenceType> All { get; } =
    [
        Table.Row(
            "participant-admission", "参与主体准入审核", "Participant admission review", "the participant",
            Review,
            [Provider, Consumer, Operator, Developer, Platform, Regulator, Insurer, Auditor],
            Choice(
                "participant_kind", "the role applied for",
                Provider, Consumer, Operator, Developer, Platform, Insurer, Auditor).Required(Submit),
            Text("credit_code", "unified social credit code or other registration number"),
            Time("valid_until", "end of the admission")) with
        { MinimumDigests = 1, DigestsRequiredBy = [Submit] },
        Table.Row(
            "data-access-review", "数据接入审核", "Data access review", "the data resource",
            Review,
            [Provider, Operator, Platform, Regulator],
            Text("resource", "name of the resource in the provider's catalogue").Required(Submit),
            Choice("access_mode", "how the data is reached", "api", "database", "file", "stream", "offline"),
            Choice("classification", "level of the data", "public", "general", "important", "core")),
        Table.Row(
            "access-tool-review", "数据接入工具审核", "Review of a data-access tool", "the tool",
            Review,
            [Provider, Operator, Platform, Developer, Regulator, Auditor],
            Text("tool", "name of the tool").Required(Submit),
            Text("tool_version", "version of the tool").Required(Submit)) with
        { MinimumDigests = 1, DigestsRequiredBy = [Submit] },
        Table.Row(
            "scene-review", "应用场景审核", "Application scene review", "the application scene",
            Review,
            [Consumer, Developer, Provider, Operator, Platform, Regulator],
            Text("scene", "name of the scene; one review for each scene (一场景一审核)").Required(Submit),
            Text("purpose", "what the data will be used for"),
            Time("valid_until", "end of the approval")),
        Table.Row(
            "development-plan-review", "开发方案审核", "Development plan review", "the application scene or product",
            Review,
            [Developer, Consumer, Provider, Operator, Platform, Regulator],
            Text("plan", "name of the plan").Required(Submit)) with
        { MinimumDigests = 1, DigestsRequiredBy = [Submit] },
        Table.Row(
            "data-authorisation", "数据授权", "Data authorisation", "the authorisation",
            [Grant, Change, "terminate", Withdraw, Consent, "refuse"],
            [Provider, Operator, Subject],
            Text("grantee", "who is authorised").Required(Grant, Change, Consent),
            Text("scope", "which data, for what").Required(Grant, Change, Consent),
            Choice("policy", "usage control that applies", "view", "process", "download", "derive"),
            Count("max_uses", "how often it may be used"),
            Time("valid_from", "beginning of the authorisation"),
            Time("valid_until", "end of the authorisation").Required(Grant)),
        Table.Row(
            "development-tool-application", "开发工具申请", "Development tool application",
            "the application scene or project",
            Review,
            [Developer, Operator, Platform],
            Text("tool", "name of the tool").Required(Submit),
            Text("tool_version", "version of the tool")),
        Table.Row(
            "developer-personnel", "开发人员入场与变更", "Developer personnel entry and change",
            "the application scene or project",
            ["enter", Change, "leave", Approve, Reject],
            [Developer, Operator, Platform],
            Text("person", "pseudonym of the person; never a name or an identity number").Required(),
            Text("duty", "the person's duty").Required("enter", Change),
            Time("valid_until", "end of the admission")),
        Table.Row(
            "development-contract-filing", "开发合同备案", "Development contract filing", "the contract",
            [Submit, Change, Approve, Reject, "terminate"],
            [Developer, Consumer, Provider, Operator, Platform, Regulator],
            Text("contract_number", "number of the contract").Required(Submit, Change),
            Time("valid_until", "end of the contract")) with
        { MinimumDigests = 1, DigestsRequiredBy = [Submit, Change] },
    ];
}
