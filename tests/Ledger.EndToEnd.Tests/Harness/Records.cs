using Ledger.Client;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>Records that the first member may anchor.</summary>
internal static class Records
{
    public static EvidenceRecord Payment(string subject, string actor = "cashier", long number = 1) => new()
    {
        Type = "trade.payment",
        Subject = subject,
        Actor = actor,
        Action = "pay",
        Role = "platform",
        Attributes =
        [
            EvidenceAttribute.Decimal("amount", "34.5"),
            EvidenceAttribute.Text("currency", "CNY"),
            EvidenceAttribute.Integer("x-number", number),
        ],
    };

    /// <summary>A signed transaction of one such record.</summary>
    public static SignedTransaction SignPayment(this LedgerClient client, string subject) =>
        client.Sign([Payment(subject)]);
}
