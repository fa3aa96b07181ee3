using System.Text.RegularExpressions;

namespace Ledger.Client.Hosting.Tests.Docs;

/// <summary>Whatever C# the guide of developers shows stands in <see cref="Snippets"/>, which compiles.</summary>
public sealed partial class DocsTests
{
    [Theory]
    [InlineData("sdk.md", 8)]
    [InlineData("outbox.md", 2)]
    public void Every_snippet_of_the_guide_compiles(string page, int atLeast)
    {
        var compiled = Lines(File.ReadAllText(
            Path.Combine(Root(), "tests", "Ledger.Client.Hosting.Tests", "Docs", "Snippets.cs")));
        var snippets = Snippet().Matches(File.ReadAllText(Path.Combine(Root(), "docs", "guide", "developer", page)))
            .Select(m => m.Groups[1].Value).ToArray();

        Assert.True(snippets.Length >= atLeast);
        foreach (var snippet in snippets)
        {
            Assert.True(
                compiled.Contains(Lines(snippet), StringComparison.Ordinal),
                $"{page} shows this, and Snippets.cs does not hold it:\n{snippet}");
        }
    }

    // Without indentation, comments and empty lines.
    private static string Lines(string text) => string.Concat(text.Split('\n')
        .Select(line => Comment().Replace(line, "").Trim()).Where(line => line.Length > 0).Select(line => line + "\n"));

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Ledger.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("there is no Ledger.sln above the tests");
    }

    [GeneratedRegex(@"(?s)```csharp\n(.*?)```")]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\s+// .*$")]
    private static partial Regex Comment();
}
