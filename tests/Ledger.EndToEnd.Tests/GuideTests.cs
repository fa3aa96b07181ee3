using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// The first page of each guide works as it is written: its commands are run in a shell, one guide after the other in
/// one folder, and what the page shows of their output comes out, in its order. Hashes, times, long numbers and paths
/// may differ.
/// </summary>
public sealed partial class GuideTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task The_first_page_of_each_guide_works_as_it_is_written()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-e2e-").FullName;
        using var ports = PortBlock.Take(nodes: 5);
        await using var reaper = new Reaper(folder);
        var commands = 0;
        foreach (var guide in new[] { "operator", "insurer", "regulator" })
        {
            var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Docs", guide, "README.md"));
            foreach (var (command, expected) in Steps(page))
            {
                var output = await RunAsync(folder, ports.Base, command);
                AssertShown(guide, command, expected, output);
                commands++;
            }
        }

        // A page whose blocks are not found would pass.
        Assert.InRange(commands, 18, 60);
    }

    // The commands of a page, each with the lines that follow it.
    private static IEnumerable<(string Command, List<string> Expected)> Steps(string page)
    {
        foreach (Match block in Block().Matches(page))
        {
            (string Command, List<string> Expected)? step = null;
            foreach (var line in block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.StartsWith("$ ", StringComparison.Ordinal))
                {
                    if (step is { } done) yield return done;
                    step = (line[2..], []);
                }
                else
                {
                    step!.Value.Expected.Add(line);
                }
            }

            if (step is { } last) yield return last;
        }
    }

    private static async Task<string> RunAsync(string folder, int basePort, string command)
    {
        var program = Programs.PathOf("ledger.dll");
        // The page's ports are those that init takes by itself; here others may have them.
        var script = $$"""
            ledger() {
              if [ "$1" = init ]; then set -- "$@" --base-port {{basePort}}; fi
              dotnet exec '{{program}}' "$@"
            }
            {{command}}
            """;
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("LEDGER_PROFILE");
        start.Environment["XDG_CONFIG_HOME"] = folder;
        using var shell = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Patience);
        var output = shell.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = shell.StandardError.ReadToEndAsync(deadline.Token);
        await shell.WaitForExitAsync(deadline.Token);
        Assert.True(shell.ExitCode == 0, $"{command}: ended with {shell.ExitCode}\n{await output}\n{await error}");
        return await output + await error;
    }

    private static void AssertShown(string guide, string command, List<string> expected, string output)
    {
        var lines = output.Split('\n');
        var at = 0;
        foreach (var line in expected.Where(line => line != "…"))
        {
            var pattern = new Regex(Pattern(line));
            while (at < lines.Length && !pattern.IsMatch(lines[at])) at++;
            Assert.True(
                at < lines.Length, $"{guide}: after '$ {command}' the page shows\n{line}\nbut it printed\n{output}");
            at++;
        }
    }

    // What differs from run to run: hashes, times, ports and other long numbers, the folder. And how wide a column is.
    private static string Pattern(string line)
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
