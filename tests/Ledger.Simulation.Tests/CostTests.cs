namespace Ledger.Simulation.Tests;

/// <summary>What a transaction costs, as docs/internals/simulation.md quotes it.</summary>
public class CostTests
{
    private static readonly string Page = Path.Combine(
        RootOf(new DirectoryInfo(AppContext.BaseDirectory)), "docs", "internals", "simulation.md");

    [Fact]
    public void Ten_validators_do_far_less_than_twice_for_a_transaction_what_four_do_and_the_page_says_how_much()
    {
        var four = CostTable.Measure(4);
        var ten = CostTable.Measure(10);

        // The copy of the transaction that a node takes in is a message too.
        Assert.InRange((1 + ten.MessagesPerTransaction) / (1 + four.MessagesPerTransaction), 1, 1.2);
        Assert.InRange(ten.VerificationsPerTransaction / four.VerificationsPerTransaction, 1, 1.2);
        Assert.InRange(ten.BodyBytesPerTransaction / four.BodyBytesPerTransaction, 1, 1.5);
        var page = File.ReadAllLines(Page);
        Assert.Contains(four.ToString(), page);
        Assert.Contains(ten.ToString(), page);
    }

    private static string RootOf(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Ledger.sln")) ? folder.FullName : RootOf(folder.Parent!);
}
