using static Ledger.Core.Evidence.Catalogue.AttributeRules;
using static Ledger.Core.Evidence.Catalogue.EvidenceActions;
using static Ledger.Core.Evidence.Catalogue.EvidenceRoles;

namespace Ledger.Core.Evidence.Catalogue;

/// <summary>交易前: registration, rights, review, value and price.</summary>
internal static class PreTradeTypes
{
    private const string Register = "register";

    private static readonly StageTable Table = new(EvidenceStage.PreTrade, EvidenceLane.During);

    private static readonly IReadOnlyList<string> Registration = [Register, Change, Approve, Reject, "cancel"];

    private static readonly IReadOnlyList<string> Registrars = [Provider, Operator, Developer, Platform];

    public static IReadOnlyList<EvidenceType> All { get; } =
    [
        Table.Row(
            "table-registration", "库表资产登记", "Table asset registration", "the data asset",
            Registration, Registrars,
            Text("table", "name of the table").Required(Register),
            Count("columns", "number of columns"),
            Count("rows", "number of rows")) with
        { MinimumDigests = 1, DigestsRequiredBy = [Register, Change] },
        Table.Row(
            "api-registration", "接口资产登记", "API asset registration", "the data asset",
            Registration, Registrars,
            Text("interface", "name of the interface").Required(Register),
            Text("version", "version of the interface").Required(Register)) with
        { MinimumDigests = 1, DigestsRequiredBy = [Register, Change] },
        Table.Row(
            "file-registration", "文件资产登记", "File asset registration", "the data asset",
            Registration, Registrars,
            Text("file", "name of the file").Required(Register),
            Count("size_bytes", "size of the file")) with
        { MinimumDigests = 1, DigestsRequiredBy = [Register, Change] },
        Table.Row(
            "rights-confirmation", "确权", "Confirmation of rights", "the data asset",
            Review,
            [Provider, Operator, Developer, Platform, Regulator, Auditor],
            Choice("right", "which right", "hold", "process", "operate").Required(Submit, Approve),
            Text("holder", "who holds it").Required(Submit, Approve),
            Time("valid_until", "end of the right")),
        Table.Row(
            "review-filing", "审核备案", "Review and filing", "what is reviewed: an asset, a product, a request",
            [.. Review, "file"],
            [Provider, Consumer, Operator, Developer, Platform, Regulator, Insurer, Auditor],
            Text("filing_number", "number under which it is filed").Required("file"),
            Text("reviewer", "who or which office decided"),
            Amount("amount", "amount that the request is about"),
            Currency()),
        Table.Row(
            "valuation", "估值", "Valuation", "the data asset",
            ["value", "revise", Approve, Reject],
            [Provider, Operator, Platform, Auditor],
            Amount("amount", "the value found").Required("value", "revise"),
            Currency().Required("value", "revise"),
            Choice("method", "method of valuation", "cost", "income", "market", "other"),
            Time("valued_at", "the day of the valuation")),
        Table.Row(
            "pricing", "定价", "Pricing", "the data product",
            ["set", Change, Approve, Reject, Withdraw],
            [Provider, Operator, Developer, Platform, Regulator],
            Choice("model", "what is charged for", "call", "record", "period", "licence", "revenue-share", "once")
                .Required("set", Change),
            Amount("price", "price of one unit").Required("set", Change),
            Currency().Required("set", Change),
            Time("valid_from", "when the price begins to apply")),
        Table.Row(
            "third-party-assessment", "第三方评估", "Third-party assessment", "what is assessed",
            ["commission", "report", "object"],
            [Provider, Operator, Developer, Platform, Regulator, Auditor],
            Choice("field", "field of the assessment", "quality", "compliance", "security", "value", "algorithm")
                .Required("commission", "report"),
            Choice("outcome", "its result", "pass", "conditional", "fail").Required("report"),
            Text("assessor", "who assessed")) with
        { MinimumDigests = 1, DigestsRequiredBy = ["report"] },
    ];
}
