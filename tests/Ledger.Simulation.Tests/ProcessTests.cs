using System.Diagnostics;
using System.Globalization;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Tests;

/// <summary>A seed is the same run in another process, whatever the runtime makes of the program there.</summary>
public class ProcessTests
{
    private const int First = 1;
    private const int Last = 12;

    private static readonly TimeSpan Within = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData("DOTNET_TieredCompilation=0", "DOTNET_gcServer=1")]
    [InlineData("DOTNET_EnableHWIntrinsic=0", "DOTNET_gcConcurrent=1", "DOTNET_TieredPGO=0", "DOTNET_GCgen0size=0x400000")]
    public async Task Fingerprints_are_the_same_under_other_compilation_instructions_and_collection(params string[] settings)
    {
        var own = Enumerable.Range(First, Last)
            .Select(seed => RunTotals.Fingerprint(SeedRun.Run((ulong)seed))).ToList();

        Assert.Equal(own, await RunAsync(settings));
    }

    private static async Task<List<string>> RunAsync(string[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var setting in settings)
        {
            var parts = setting.Split('=');
            start.Environment[parts[0]] = parts[1];
        }

        start.ArgumentList.Add(typeof(SeedRun).Assembly.Location);
        start.ArgumentList.Add("--fingerprints");
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"{First}..{Last}"));
        using var deadline = new CancellationTokenSource(Within);
        using var process = Process.Start(start)!;
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line) lines.Add(line);
        await process.WaitForExitAsync(deadline.Token);
        Assert.Equal(0, process.ExitCode);
        return lines;
    }
}
