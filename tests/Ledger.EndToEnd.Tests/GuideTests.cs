using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// The first page of each guide works as it is written: its commands are run in a shell, one guide after the other in
/// one folder, and what the page shows of their output comes out, in its order. Hashes, times, long numbers and paths
/// may differ.
/// </summary>
public sealed class GuideTests
{
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
            foreach (var step in ConsolePage.Steps(page))
            {
                step.RequireShown(guide, await RunAsync(folder, ports.Base, step.Command));
                commands++;
            }
        }

        // A page whose blocks are not found would pass.
        Assert.InRange(commands, 18, 60);
    }

    private static async Task<string> RunAsync(string folder, int basePort, string command)
    {
        using var shell = ConsolePage.Shell(folder, basePort, command);
        var (code, output, error) = await Programs.OutputAsync(shell, command);
        Assert.True(code == 0, $"{command}: ended with {code}\n{output}\n{error}");
        return output + error;
    }
}
