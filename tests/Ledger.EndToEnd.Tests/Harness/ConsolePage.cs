using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>The commands that a page of the documentation shows, and how they are typed into a shell.</summary>
internal static partial class ConsolePage
{
    /// <summary>The commands of a page's <c>console</c> blocks, in their order.</summary>
    public static IEnumerable<PageStep> Steps(string page)
    {
        foreach (Match block in Block().Matches(page))
        {
            PageStep? step = null;
            foreach (var line in block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.StartsWith("$ ", StringComparison.Ordinal))
                {
                    if (step is not null) yield return step;
                    step = new PageStep(line[2..], []);
                }
                else if (line.StartsWith("> ", StringComparison.Ordinal))
                {
                    // The shell's second prompt: the command goes on.
                    step = step! with { Command = $"{step.Command}\n{line[2..]}" };
                }
                else
                {
                    step!.Expected.Add(line);
                }
            }

            if (step is not null) yield return step;
        }
    }

    /// <summary>Starts a shell in which <c>ledger</c> is the program under test; its output is to be read.</summary>
    public static Process Shell(string folder, int basePort, string commands)
    {
        // The page's ports are those that init takes by itself; here others may have them.
        var script = $$"""
            ledger() {
              if [ "$1" = init ]; then set -- "$@" --base-port {{basePort}}; fi
              dotnet exec '{{Programs.PathOf("ledger.dll")}}' "$@"
            }
            {{commands}}
            """;
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("LEDGER_PROFILE");
        start.Environment["XDG_CONFIG_HOME"] = folder;
        return Process.Start(start)!;
    }

    // What differs from run to run: hashes, times, ports and other long numbers, the folder. And how wide a column is.
    internal static string Pattern(string line)
    {
        var pattern = new StringBuilder();
        foreach (Match part in Parts().Matches(line))
        {
            pattern.Append(part.Value switch
            {
                var hash when part.Groups["hash"].Success => $"[0-9a-f]{{{hash.Length}}}",
                _ when part.Groups["time"].Success => "[0-9-]{10}T[0-9:.]+Z",
                _ when part.Groups["number"].Success => "[0-9]+",
                _ when part.Groups["path"].Success => "/.*/",
                _ when part.Groups["space"].Success => " +",
                _ when part.Groups["dots"].Success => ".*",
                var other => Regex.Escape(other),
            });
        }

        return pattern.ToString();
    }

    [GeneratedRegex("(?s)```console\n(.*?)```")]
    private static partial Regex Block();

    [GeneratedRegex(
        "(?<hash>[0-9a-f]{64})|(?<path>/home/me/)|(?<time>[0-9-]{10}T[0-9:.]{8,12}Z)|(?<number>[0-9]{4,})|(?<space> +)"
        + "|(?<dots>…)|(?s).")]
    private static partial Regex Parts();
}

/// <summary>A command of a page, and what the page shows of its output.</summary>
internal sealed record PageStep(string Command, List<string> Expected)
{
    /// <summary>Asserts that what the page shows came out, in its order.</summary>
    public void RequireShown(string page, string output)
    {
        var lines = output.Split('\n');
        var at = 0;
        foreach (var line in Expected.Where(line => line != "…"))
        {
            var pattern = new Regex(ConsolePage.Pattern(line));
            while (at < lines.Length && !pattern.IsMatch(lines[at])) at++;
            Assert.True(
                at < lines.Length, $"{page}: after '$ {Command}' the page shows\n{line}\nbut it printed\n{output}");
            at++;
        }
    }
}
