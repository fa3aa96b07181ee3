using System.Globalization;
using System.Text;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Engine.QuickJs;
using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Engine.Test262;

/// <summary>
/// Runs the conformance suite test262 from a folder that has it (it comes by no package manager, so it is no part of the
/// tests that run everywhere): <c>test262 FOLDER</c>. Intrinsics are not frozen for it, since the suite examines them.
/// </summary>
internal sealed class Test262Runner(string folder) : IDisposable
{
    private const string KnownFailures = "Test262/known-failures.txt";
    private const long Gas = 20_000_000_000;

    private readonly Dictionary<string, WasmImage> _harnesses = new(StringComparer.Ordinal);
    private readonly Guest _guest = new(QuickJsBinary.Code);
    private readonly SortedDictionary<string, int> _excluded = new(StringComparer.Ordinal);
    private readonly List<string> _failed = [];
    private GuestHandles _handles = new();
    private int _passed;

    /// <summary>The command line; 0 when the failures are the known ones.</summary>
    public static int Execute(string folder)
    {
        var same = false;
        var thread = new Thread(
            () =>
            {
                using var runner = new Test262Runner(folder);
                same = runner.Run();
            },
            ScriptLimits.ThreadStackBytes);
        thread.Start();
        thread.Join();
        return same ? 0 : 1;
    }

    public void Dispose() => _guest.Dispose();

    private bool Run()
    {
        _handles = _guest.Boot(
            Encoding.UTF8.GetString(QuickJsBinary.ReadResource("prelude.js")), bootstrap: null, hardened: false);
        _harnesses[""] = _guest.TakeImage();
        var root = Path.Combine(folder, "test");
        foreach (var file in Directory.EnumerateFiles(root, "*.js", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(root, file);
            if (!path.Contains("_FIXTURE", StringComparison.Ordinal)) RunTest(path, File.ReadAllText(file));
        }

        foreach (var (reason, count) in _excluded) Console.WriteLine($"{count} not run: {reason}");
        var rate = (100.0 * _passed / (_passed + _failed.Count)).ToString("F2", CultureInfo.InvariantCulture);
        Console.WriteLine($"{_passed} passed, {_failed.Count} failed: {rate} %");
        return CompareWithKnown();
    }

    private void RunTest(string path, string source)
    {
        var metadata = Test262Metadata.Parse(source);
        if (Test262Exclusions.ReasonFor(path, source, metadata) is { } reason)
        {
            _excluded[reason] = _excluded.GetValueOrDefault(reason) + 1;
            return;
        }

        // Both modes, unless it says which.
        var strict = metadata.Flags.Contains("onlyStrict");
        var passes = Passes(metadata, strict ? "\"use strict\";\n" + source : source);
        if (passes && !strict && metadata.Flags.Count == 0) passes = Passes(metadata, "\"use strict\";\n" + source);
        if (passes) _passed++;
        else _failed.Add(path);
    }

    private bool Passes(Test262Metadata metadata, string source)
    {
        var outcome = Evaluate(HarnessOf(metadata), source);
        if (metadata.NegativeType is { } type) return outcome.Status == ScriptStatus.Thrown && outcome.Error!.Name == type;
        if (!metadata.Flags.Contains("async")) return outcome.Status is ScriptStatus.Returned || IsPending(outcome);
        var printed = Guarded(() => _guest.EvaluateScript("globalThis.printed.join()"));
        return printed.Value is "Test262:AsyncTestComplete";
    }

    // A script's completion value may happen to be a promise that nothing settles.
    private static bool IsPending(ScriptOutcome outcome) => outcome.Error?.Code == "PENDING";

    private WasmImage HarnessOf(Test262Metadata metadata)
    {
        if (metadata.Flags.Contains("raw")) return _harnesses[""];
        string[] files =
        [
            "assert.js", "sta.js", .. metadata.Flags.Contains("async") ? ["doneprintHandle.js"] : Array.Empty<string>(),
            .. metadata.Includes,
        ];
        var key = string.Join(',', files);
        if (_harnesses.TryGetValue(key, out var image)) return image;
        Evaluate(_harnesses[""], "globalThis.printed = []; globalThis.print = (text) => { printed.push(text); };");
        foreach (var file in files)
        {
            var outcome = Guarded(() => _guest.EvaluateScript(File.ReadAllText(Path.Combine(folder, "harness", file))));
            if (outcome.Status != ScriptStatus.Returned) throw new InvalidOperationException($"{file}: {outcome}");
        }

        return _harnesses[key] = _guest.TakeImage();
    }

    private ScriptOutcome Evaluate(WasmImage image, string source) => Guarded(() =>
    {
        _guest.Begin(image, _handles, host: null, EngineThread.Limits with { Gas = Gas, MemoryPages = 1024 });
        return _guest.EvaluateScript(source);
    });

    private ScriptOutcome Guarded(Func<ScriptOutcome> run)
    {
        try
        {
            return run();
        }
        catch (Exception reason) when (Guest.EndsRun(reason))
        {
            return _guest.Stopped(reason);
        }
    }

    private bool CompareWithKnown()
    {
        var file = EngineFiles.PathOf(KnownFailures);
        if (Environment.GetEnvironmentVariable("LEDGER_REWRITE") == "1") File.WriteAllLines(file, _failed);
        var known = File.ReadAllLines(file).ToHashSet(StringComparer.Ordinal);
        foreach (var path in _failed.Where(path => !known.Contains(path))) Console.WriteLine($"FAILED {path}");
        foreach (var path in known.Except(_failed)) Console.WriteLine($"passes now: {path}");
        return known.SetEquals(_failed);
    }
}
