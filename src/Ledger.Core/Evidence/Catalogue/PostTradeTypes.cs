using static Ledger.Core.Evidence.Catalogue.AttributeRules;
using static Ledger.Core.Evidence.Catalogue.EvidenceActions;
using static Ledger.Core.Evidence.Catalogue.EvidenceRoles;

namespace Ledger.Core.Evidence.Catalogue;

/// <summary>交易后: settlement, metering, derivatives, disputes, tracing, deletion.</summary>
internal static class PostTradeTypes
{
    private static readonly StageTable Table = new(EvidenceStage.PostTrade, EvidenceLane.After);

    public static IReadOnlyList<EvidenceType> All { get; } =
    [
        Table.Row(
            "settlement", "结算", "Settlement", "the order or settlement cycle",
            ["calculate", "confirm", "settle", "dispute", "correct"],
            [Provider, Consumer, Operator, Developer, Platform, Insurer, Auditor],
            Amount("amount", "the amount settled").Required("calculate", "settle", "correct"),
            Currency().Required("calculate", "settle", "correct"),
            Text("payee", "who receives it"),
            Fraction("share", "the payee's share of the whole"),
            Text("cycle", "the settlement cycle, such as 2026-03")),
        Table.Row(
            "usage-metering", "使用计量", "Usage metering", "the order or authorisation",
            ["meter", "confirm", "correct"],
            [Provider, Consumer, Operator, Developer, Platform, Insurer],
            Count("quantity", "how much was used").Required("meter", "correct"),
            Choice("unit_of_use", "what is counted", "call", "record", "byte", "second", "day", "licence")
                .Required("meter", "correct"),
            Time("period_start", "beginning of the period"),
            Time("period_end", "end of the period")),
        Table.Row(
            "derivative-approval", "衍生品审批", "Approval of a derivative", "the data product",
            Review,
            [Provider, Consumer, Operator, Developer, Platform, Regulator],
            Text("derivative", "name of the derivative").Required(Submit)) with
        { MinimumDigests = 1, DigestsRequiredBy = [Submit] },
        Table.Row(
            "dispute", "争议", "Dispute", "the order, authorisation or asset in dispute",
            ["open", "respond", "mediate", "resolve", Withdraw],
            [Provider, Consumer, Operator, Developer, Platform, Regulator, Insurer, Subject],
            Text("claim", "what is claimed").Required("open"),
            Text("outcome", "how it ended").Required("resolve")) with
        { MinimumLinks = 1, LinksRequiredBy = ["open"] },
        Table.Row(
            "tracing", "追溯", "Tracing", "what is traced",
            [Draft, "trace", "report", "clear"],
            [Provider, Operator, Platform, Regulator, Insurer, Auditor],
            Text("finding", "what was found").Required("report", "clear")) with
        { MinimumLinks = 1, LinksRequiredBy = ["report", "clear"] },
        Table.Row(
            "deletion-proof", "销毁证明", "Deletion proof", "the order, authorisation or asset",
            ["request", "delete", "confirm"],
            [Provider, Consumer, Operator, Developer, Platform, Regulator, Subject, Insurer, Auditor],
            Choice("method", "how it was destroyed", "erase", "overwrite", "key-destruction", "physical")
                .Required("delete"),
            Count("records", "number of records destroyed")) with
        { MinimumDigests = 1, DigestsRequiredBy = ["delete"] },
    ];
}
