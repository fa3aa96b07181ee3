using System.Diagnostics;
using System.Globalization;
using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>
/// The same binary on V8, under a host layer written in another language: what scripts give, and every byte of memory that
/// they leave, must be equal.
/// </summary>
public sealed class V8DifferentialTests
{
    private const long Gas = 40_000_000_000;

    [Fact]
    public void Results_and_all_memory_equal_V8s()
    {
        string[] scripts = [.. EngineFiles.Scripts("Programs"), .. EngineFiles.Scripts("Es5"), .. AttacksThatEnd()];
        var ours = EngineThread.RunBare(_ => EngineReport.Of(scripts, Gas)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(Comparable).ToArray();

        var theirs = OnV8(scripts);

        Assert.True(scripts.Length >= 60, $"only {scripts.Length} scripts");
        Assert.Equal(theirs, ours);
    }

    // Of the golden file: those that end by themselves, since V8 counts no gas. Without those that run out of memory, where
    // the engine's binary gives up in a way that ends the process on V8.
    private static IEnumerable<string> AttacksThatEnd() =>
        from line in File.ReadLines(EngineFiles.PathOf("attacks.verified.txt"))
        let parts = line.Split(' ')
        where parts[1] is nameof(ScriptStatus.Returned) or nameof(ScriptStatus.Thrown) or nameof(ScriptStatus.TooDeep)
        select EngineFiles.PathOf($"Attacks/{parts[0]}.js");

    // Without what V8 does not count: gas and status.
    private static string Comparable(string line)
    {
        var parts = line.Split(' ');
        return string.Join(' ', parts[0], parts[3], parts[4], parts[5]);
    }

    private static string[] OnV8(string[] scripts)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, UseShellExecute = false };
        string[] arguments =
        [
            "--stack-size=60000",
            EngineFiles.PathOf("V8/differential.mjs"),
            Path.Combine(
                EngineFiles.Root,
                "src/Ledger.Contracts/Engine/Binary/node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm"),
            Path.Combine(EngineFiles.Root, "src/Ledger.Contracts/Engine/Prelude/prelude.js"),
            EngineThread.Limits.MemoryPages.ToString(CultureInfo.InvariantCulture),
            .. scripts,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
