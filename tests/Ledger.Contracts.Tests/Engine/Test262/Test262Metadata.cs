using System.Text.RegularExpressions;

namespace Ledger.Contracts.Tests.Engine.Test262;

/// <summary>What a test of test262 says about itself, in the comment that it begins with.</summary>
internal sealed partial record Test262Metadata(
    IReadOnlySet<string> Features, IReadOnlySet<string> Flags, IReadOnlyList<string> Includes, string? NegativeType)
{
    public static Test262Metadata Parse(string source)
    {
        var start = source.IndexOf("/*---", StringComparison.Ordinal);
        var end = source.IndexOf("---*/", StringComparison.Ordinal);
        var text = start >= 0 && end > start ? source[start..end].Replace("\r", "", StringComparison.Ordinal) : "";
        var negative = NegativePattern().Match(text);
        return new Test262Metadata(
            List(text, "features").ToHashSet(StringComparer.Ordinal),
            List(text, "flags").ToHashSet(StringComparer.Ordinal),
            [.. List(text, "includes")],
            negative.Success ? negative.Groups[1].Value : null);
    }

    // Either [a, b] or lines that begin with a dash.
    private static IEnumerable<string> List(string text, string key)
    {
        var inline = Regex.Match(text, key + @":\s*\[([^\]]*)\]");
        if (inline.Success) return Words(inline.Groups[1].Value.Split(','));
        var lines = Regex.Match(text, key + @":\s*\n((?:\s+-\s+.*\n?)+)");
        return lines.Success ? Words(lines.Groups[1].Value.Split('\n').Select(line => line.Trim().TrimStart('-'))) : [];
    }

    private static IEnumerable<string> Words(IEnumerable<string> parts) =>
        parts.Select(part => part.Trim()).Where(part => part.Length > 0);

    [GeneratedRegex(@"negative:\s*\n(?:.*\n)*?\s+type:\s*(\w+)")]
    private static partial Regex NegativePattern();
}
