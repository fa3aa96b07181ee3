using System.Text.RegularExpressions;

namespace Ledger.Architecture.Tests;

/// <summary>House rules that no analyzer checks.</summary>
public partial class TidyTests
{
    private const int MaxColumns = 120;
    private const int MaxFileLines = 400;

    // Shrinks only. Each entry says why the file is one concept all the same.
    private static readonly string[] LongFiles = [];

    private static IEnumerable<string> AllSources =>
        RepositoryRoot.SourceFiles("src").Concat(RepositoryRoot.SourceFiles("tests"));

    [Fact]
    public void Lines_fit_the_page()
    {
        var long_ = AllSources.SelectMany(f => File.ReadLines(f).Select((line, i) => (f, line, i)))
            .Where(x => x.line.Length > MaxColumns + 6).Select(x => $"{x.f}:{x.i + 1} has {x.line.Length} columns");

        Assert.Empty(long_);
    }

    [Fact]
    public void A_source_file_holds_one_concept()
    {
        var tooLong = RepositoryRoot.SourceFiles("src").Where(f => File.ReadLines(f).Count() > MaxFileLines)
            .Select(f => Path.GetRelativePath(RepositoryRoot.Path, f)).Except(LongFiles);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Nothing_is_left_unfinished()
    {
        Assert.DoesNotContain(RepositoryRoot.SourceFiles("src"), f => Unfinished().IsMatch(File.ReadAllText(f)));
    }

    [Fact]
    public void There_are_no_regions()
    {
        Assert.DoesNotContain(AllSources, f => Region().IsMatch(File.ReadAllText(f)));
    }

    [Fact]
    public void Every_log_event_has_an_id_of_its_own()
    {
        // Operators look an id up and find one sentence.
        var ids = RepositoryRoot.SourceFiles("src").SelectMany(f => LogEvent().Matches(File.ReadAllText(f)))
            .Select(m => m.Groups[1].Value).ToList();

        Assert.True(ids.Count > 40, "the events were not found");
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void Tests_do_not_sleep()
    {
        // This file names what it forbids; the load generator paces, which is no test.
        var tests = RepositoryRoot.SourceFiles("tests").Where(f =>
            !f.EndsWith("TidyTests.cs", StringComparison.Ordinal)
            && !f.Contains("/Ledger.Benchmarks/", StringComparison.Ordinal));

        Assert.DoesNotContain(tests, f => Sleep().IsMatch(File.ReadAllText(f)));
    }

    [Fact]
    public void Tests_are_never_skipped()
    {
        Assert.DoesNotContain(
            RepositoryRoot.SourceFiles("tests").Where(f => !f.EndsWith("TidyTests.cs", StringComparison.Ordinal)),
            f => Skipped().IsMatch(File.ReadAllText(f)));
    }

    [Fact]
    public void Links_between_documents_resolve()
    {
        var documents = Directory
            .EnumerateFiles(Path.Combine(RepositoryRoot.Path, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(RepositoryRoot.Path, "*.md"))
            .Concat(Directory.EnumerateDirectories(Path.Combine(RepositoryRoot.Path, "src"))
                .Concat(Directory.EnumerateDirectories(Path.Combine(RepositoryRoot.Path, "genesis")))
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md")));
        var broken = from file in documents
                     from Match link in Link().Matches(Code().Replace(File.ReadAllText(file), ""))
                     let target = link.Groups[1].Value.Split('#')[0]
                     where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
                     let path = Path.Combine(Path.GetDirectoryName(file)!, target)
                     where !File.Exists(path) && !Directory.Exists(path)
                     select $"{file}: {target}";

        Assert.Empty(broken);
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(\d+)")]
    private static partial Regex LogEvent();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?m)^\s*#(end)?region")]
    private static partial Regex Region();

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\(")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"Skip\s*=\s*""")]
    private static partial Regex Skipped();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    // Formulas such as `H[tag](d)` look like links.
    [GeneratedRegex(@"(?s)```.*?```|`[^`\n]*`")]
    private static partial Regex Code();
}
