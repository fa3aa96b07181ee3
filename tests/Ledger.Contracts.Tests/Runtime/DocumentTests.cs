using System.Globalization;
using System.Text;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Contracts.Tests.Runtime.Support;

namespace Ledger.Contracts.Tests.Runtime;

/// <summary>Tables of the specification that are made from the code.</summary>
public sealed class DocumentTests
{
    private static readonly string Page = Path.Combine("docs", "spec", "contract-runtime.md");

    [Fact]
    public void The_tables_of_gas_and_formats_are_those_of_the_code()
    {
        var gas = new StringBuilder("| what | gas |\n|---|---|\n");
        foreach (var (what, amount) in GasSchedule.Table)
            gas.Append(CultureInfo.InvariantCulture, $"| {what} | {amount.ToString("N0", CultureInfo.InvariantCulture)} |\n");
        var formats = new StringBuilder("| format | texts |\n|---|---|\n");
        foreach (var (name, meaning) in SchemaFormats.Table)
            formats.Append(CultureInfo.InvariantCulture, $"| `{name}` | {meaning} |\n");
        var page = File.ReadAllText(Path.Combine(Vectors.Root, Page)).ReplaceLineEndings("\n");

        Vectors.CheckFile(Page, Put(Put(page, "gas", gas.ToString()), "formats", formats.ToString()));
    }

    [Fact]
    public void Every_charge_is_in_the_table()
    {
        var charges = typeof(GasSchedule).GetFields().Where(f => f.IsLiteral).Select(f => (long)f.GetRawConstantValue()!);

        Assert.Equal(charges.Order(), GasSchedule.Table.Select(row => row.Gas).Order());
    }

    private static string Put(string page, string name, string table)
    {
        var start = $"<!-- {name} -->\n";
        var from = page.IndexOf(start, StringComparison.Ordinal) + start.Length;
        var to = page.IndexOf($"<!-- /{name} -->", StringComparison.Ordinal);
        Assert.InRange(from, start.Length, to);
        return page[..from] + table + page[to..];
    }
}
