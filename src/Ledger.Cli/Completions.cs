using System.CommandLine;
using System.Globalization;

namespace Ledger.Cli;

/// <summary>
/// Answers the shell's question what could stand at the cursor: <c>ledger [suggest:POSITION] LINE</c>. The scripts of
/// <c>ledger completion</c> ask it. Stateless.
/// </summary>
internal static class Completions
{
    private const string Prefix = "[suggest:";

    /// <summary>Whether this command line is the question.</summary>
    public static bool IsAsked(string[] arguments) =>
        arguments.Length == 2 && arguments[0].StartsWith(Prefix, StringComparison.Ordinal) && arguments[0].EndsWith(']');

    /// <summary>Writes one candidate a line. Whatever the line is, this never fails: the user is in the midst of it.</summary>
    public static int Answer(CliHost host, RootCommand root, string[] arguments)
    {
        var line = arguments[1];
        var asked = int.TryParse(arguments[0][Prefix.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? Math.Min(at, line.Length)
            : line.Length;
        var upTo = line[..asked].TrimStart();
        // The program's own name, however it was typed, is no part of what is parsed.
        var name = upTo.IndexOf(' ', StringComparison.Ordinal);
        if (name < 0) return ExitCodes.Ok;
        var rest = upTo[(name + 1)..];
        var word = rest[(rest.LastIndexOf(' ') + 1)..];
        foreach (var candidate in Candidates(root, rest, word)) host.Out.WriteLine(candidate);
        return ExitCodes.Ok;
    }

    private static IEnumerable<string> Candidates(RootCommand root, string rest, string word)
    {
        var parser = new ParserConfiguration { ResponseFileTokenReplacer = null };
        // After a word that nobody knows, nothing that is offered would be right.
        if (root.Parse(rest[..^word.Length], parser).UnmatchedTokens.Count > 0) return [];
        return root.Parse(rest, parser).GetCompletions(rest.Length)
            .Select(c => c.Label)
            // Every command has the same dozen global options: they are offered when a dash asks for them.
            .Where(label => label.StartsWith(word, StringComparison.Ordinal)
                && (label.StartsWith("--", StringComparison.Ordinal) ? word.StartsWith('-') : !label.StartsWith('-')))
            .Where(label => label is not ("/?" or "/h"))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
    }
}
