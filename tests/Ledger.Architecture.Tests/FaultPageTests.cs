using System.Text.RegularExpressions;

namespace Ledger.Architecture.Tests;

/// <summary>Each fault of docs/internals/what-happens-when.md names a test that brings it about.</summary>
public sealed partial class FaultPageTests
{
    private static readonly string[][] Rows =
    [
        .. File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs", "internals", "what-happens-when.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split(" | "))
            .Where(cells => cells[0].Trim() != "what happens"),
    ];

    private static readonly HashSet<string> Tests =
    [
        .. RepositoryRoot.SourceFiles("tests")
            .SelectMany(file => TestName().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value)),
    ];

    [Fact]
    public void Every_test_that_the_page_names_is_there()
    {
        Assert.True(Rows.Length > 70, "the page's tables were not found");
        Assert.All(Rows, cells => Assert.True(cells.Length == 4, string.Join(" | ", cells)));
        var named = Rows.SelectMany(cells => Quoted().Matches(cells[3]).Select(m => m.Groups[1].Value));
        Assert.Empty(named.Except(Tests));
    }

    [Fact]
    public void Every_fault_has_a_test() =>
        Assert.Empty(Rows.Where(cells => !Quoted().IsMatch(cells[^1])).Select(cells => cells[0]));

    [GeneratedRegex(@"public\s+(?:async\s+)?(?:void|Task|Property)\s+(\w+)\s*\(")]
    private static partial Regex TestName();

    [GeneratedRegex(@"`([A-Z]\w+)`")]
    private static partial Regex Quoted();
}
