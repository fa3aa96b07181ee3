using System.Text.RegularExpressions;

namespace Ledger.Architecture.Tests;

/// <summary>
/// Each thing that really broke in a peer has a test that is named after its row in docs/internals/pitfalls.md.
/// </summary>
public sealed partial class PitfallTests
{
    // P10, P23 and P26 belong to parts that are built elsewhere or later; those that are there count too.
    private static readonly int[] Required = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 24, 25];

    private static readonly string[] Tests =
    [
        .. RepositoryRoot.SourceFiles("tests")
            .SelectMany(file => TestName().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value)).Distinct(),
    ];

    [Fact]
    public void Every_row_has_a_test_that_is_named_after_it()
    {
        var found = Tests.Select(name => int.Parse(Row().Match(name).Groups[1].Value)).ToHashSet();

        Assert.Empty(Required.Except(found));
    }

    [Fact]
    public void The_page_names_a_test_that_exists_for_every_row_that_has_one()
    {
        var page = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs", "internals", "pitfalls.md"));
        var rows = page.Select(line => TableRow().Match(line)).Where(m => m.Success)
            .ToDictionary(m => int.Parse(m.Groups[1].Value), m => m.Value);

        Assert.Empty(Required.Except(rows.Keys));
        foreach (var (row, line) in rows)
        {
            var named = Quoted().Matches(line).Select(m => m.Groups[1].Value).ToArray();
            Assert.True(named.Length > 0 || !Required.Contains(row), $"the page names no test for P{row}");
            Assert.All(named, name => Assert.Contains(name, Tests));
            Assert.All(named, name => Assert.StartsWith($"P{row}_", name, StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"public\s+(?:async\s+)?(?:void|Task)\s+(P\d+_\w+)\s*\(")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^P(\d+)_")]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| P(\d+) \|.*$")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"`(P\d+_\w+)`")]
    private static partial Regex Quoted();
}
