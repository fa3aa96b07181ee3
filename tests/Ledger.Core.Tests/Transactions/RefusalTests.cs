using System.Globalization;
using Ledger.Core.Transactions;

namespace Ledger.Core.Tests.Transactions;

public sealed class RefusalTests
{
    // The codes of google.rpc.Code that a refusal may map to.
    private static readonly string[] Statuses =
    [
        "INVALID_ARGUMENT", "FAILED_PRECONDITION", "UNAUTHENTICATED", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
    ];

    [Fact]
    public void The_page_has_a_complete_row_for_every_reason_in_order()
    {
        var rows = SpecFile.Read("reasons.md").Split('\n')
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])
            .ToList();

        Assert.Equal(
            Enum.GetValues<Refusal>().Where(r => r != Refusal.None)
                .Select(r => (((int)r).ToString(CultureInfo.InvariantCulture), $"`{r.WireName()}`")),
            rows.Select(r => (r[0], r[1])));
        Assert.All(rows, row =>
        {
            Assert.Equal(5, row.Length);
            Assert.Contains(row[2], Statuses);
            Assert.All(row, Assert.NotEmpty);
        });
    }

    [Fact]
    public void Wire_names_are_distinct() =>
        Assert.Distinct(Enum.GetValues<Refusal>().Select(r => r.WireName()));
}
