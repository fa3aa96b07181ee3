using System.Diagnostics;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>
/// The same gas, results and memory however the host's compiler works: without optimisation, with it from the start, guided
/// by profiles, and without the vector instructions of newer processors. Each mode in a process of its own.
/// </summary>
public sealed class JitModeTests
{
    private const string Gas = "30000000";

    private static readonly Lazy<string> Here = new(() =>
        EngineThread.RunBare(_ => EngineReport.Of(Scripts(), long.Parse(Gas, System.Globalization.CultureInfo.InvariantCulture))));

    public static TheoryData<string> Modes =>
    [
        "TieredCompilation=0",
        "TC_QuickJitForLoops=1;TieredPGO=0",
        "TieredPGO=1;TC_CallCountThreshold=2",
        "EnableHWIntrinsic=0",
        "JITMinOpts=1",
        "ReadyToRun=0;TieredCompilation=0;EnableAVX=0",
    ];

    [Theory]
    [MemberData(nameof(Modes))]
    public void P21_every_mode_of_the_compiler_gives_the_same(string mode)
    {
        var report = InAnotherProcess(mode);

        Assert.Equal(Here.Value, report);
    }

    [Fact]
    public void The_report_covers_programs_and_attacks()
    {
        Assert.Equal(Scripts().Length, Here.Value.Count(c => c == '\n'));
        Assert.Contains(" Returned ", Here.Value, StringComparison.Ordinal);
        Assert.Contains(" OutOfGas ", Here.Value, StringComparison.Ordinal);
    }

    // Programs, and every sixth attack: enough to touch every part of the engine in a few seconds. Nightly runs them all.
    private static string[] Scripts() =>
        [.. EngineFiles.Scripts("Programs"), .. EngineFiles.Scripts("Attacks").Where((_, i) => i % 6 == 0)];

    private static string InAnotherProcess(string mode)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[] { "exec", typeof(JitModeTests).Assembly.Location, "report", Gas }.Concat(Scripts()))
            start.ArgumentList.Add(argument);
        foreach (var setting in mode.Split(';'))
            start.Environment["DOTNET_" + setting.Split('=')[0]] = setting.Split('=')[1];
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
