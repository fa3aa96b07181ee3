using System.Text;
using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// The walk-through of each standard contract works as it is written: its commands are typed into one shell, against a
/// consortium that was made as their preparation says, and what the page shows comes out.
/// </summary>
public sealed class WalkThroughTests
{
    private const string Mark = "@@ walk-through";

    // Of all commands of a page together, while the other pages' are run too.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task The_walk_through_of_each_standard_contract_works_as_it_is_written()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-e2e-").FullName;
        using var ports = PortBlock.Take(nodes: 4);
        await using var reaper = new Reaper(folder);
        var preparation = Read("README.md");
        var eachShell = preparation
            .Where(step => !step.Command.StartsWith("ledger ", StringComparison.Ordinal)).ToList();

        var paid = await RunAsync(folder, ports.Base, "settlement", preparation);
        // They share nothing but settlement.
        var rest = await Task.WhenAll(
            new[] { "claims", "consent", "trade", "usage-control", "watch" }
                .Select(name => RunAsync(folder, ports.Base, name, eachShell)));

        // Pages whose blocks are not found would pass.
        Assert.All(rest.Append(paid), commands => Assert.InRange(commands, 7, 40));
    }

    private static List<PageStep> Read(string page) =>
        [.. ConsolePage.Steps(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Docs", "standard", page)))];

    private static async Task<int> RunAsync(string folder, int basePort, string name, List<PageStep> before)
    {
        var page = Read(Path.Combine(name, "README.md"));
        List<PageStep> steps = [.. before, .. page];
        var script = new StringBuilder("exec 2>&1\n");
        foreach (var step in steps) script.Append(step.Command).Append($"\necho \"{Mark} $?\"\n");
        using var shell = ConsolePage.Shell(folder, basePort, script.ToString());
        var (_, output, _) = await Programs.OutputAsync(shell, name, Patience);
        var outputs = output.Split(Mark);
        for (var i = 0; i < steps.Count; i++)
        {
            // What is after a mark begins with the exit code of the command before it.
            Assert.True(outputs.Length > i + 1, $"{name}: the shell ended at '$ {steps[i].Command}':\n{outputs[^1]}");
            Assert.True(
                outputs[i + 1].StartsWith(" 0\n", StringComparison.Ordinal),
                $"{name}: $ {steps[i].Command}: failed\n{outputs[i]}");
            steps[i].RequireShown(name, outputs[i]);
        }

        return page.Count;
    }
}
