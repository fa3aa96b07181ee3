using static Ledger.Core.Evidence.Catalogue.AttributeRules;
using static Ledger.Core.Evidence.Catalogue.EvidenceActions;
using static Ledger.Core.Evidence.Catalogue.EvidenceRoles;

namespace Ledger.Core.Evidence.Catalogue;

/// <summary>交易中: matching, trial, contract, payment, delivery, access.</summary>
internal static class TradeTypes
{
    private const string Request = "request";
    private const string Complete = "complete";

    private static readonly StageTable Table = new(EvidenceStage.Trade, EvidenceLane.During);

    public static IReadOnlyList<EvidenceType> All { get; } =
    [
        Table.Row(
            "matching", "撮合", "Matching", "the order",
            ["demand", "offer", "match", "decline"],
            [Provider, Consumer, Operator, Developer, Platform, Insurer],
            Text("product", "the data product").Required("offer", "match"),
            Text("counterparty", "the other side").Required("match")),
        Table.Row(
            "trial", "试用", "Trial", "the order",
            [Request, Approve, Reject, "start", "end"],
            [Provider, Consumer, Operator, Developer, Platform, Insurer],
            Text("product", "the data product").Required(Request),
            Count("records", "number of records made available"),
            Time("valid_until", "end of the trial")),
        Table.Row(
            "contract-signing", "合同签订", "Contract signing", "the order or contract",
            ["propose", "sign", Reject, Change, "terminate"],
            [Provider, Consumer, Operator, Developer, Platform, Insurer, Subject],
            Text("contract_number", "number of the contract").Required("propose", "sign"),
            Amount("amount", "total of the contract"),
            Currency(),
            Time("valid_until", "end of the contract")) with
        { MinimumDigests = 1, DigestsRequiredBy = ["propose", "sign", Change] },
        Table.Row(
            "payment", "支付", "Payment", "the order or request that is paid",
            [Request, Approve, Reject, "pay", Complete, "fail", "refund"],
            [Provider, Consumer, Operator, Developer, Platform, Insurer, Subject],
            Amount("amount", "the amount").Required(Request, "pay", Complete, "refund"),
            Currency().Required(Request, "pay", Complete, "refund"),
            Text("payer", "who pays"),
            Text("payee", "who is paid"),
            Text("payment_number", "number of the payment in the payment system")),
        Table.Row(
            "delivery", "交付", "Delivery", "the order",
            ["deliver", "accept", Reject],
            [Provider, Consumer, Operator, Developer, Platform, Insurer],
            Choice("mode", "how it is delivered", "api", "file", "table", "report", "sandbox", "model")
                .Required("deliver"),
            Text("receiver", "who receives"),
            Count("records", "number of records delivered")) with
        { MinimumDigests = 1, DigestsRequiredBy = ["deliver"] },
        Table.Row(
            "access", "访问", "Access", "the order or authorisation",
            ["view", "process", "download", "call", "deny"],
            [Consumer, Operator, Developer, Platform, Insurer, Subject],
            Text("application", "the application that accesses").Required(),
            Text("user", "pseudonym of the person, where named users are required"),
            Count("records", "number of records accessed"),
            Count("calls", "number of calls that the record sums up")),
    ];
}
