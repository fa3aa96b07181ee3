using System.Text;
using System.Text.Json;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;

namespace Ledger.Contracts.Authoring;

/// <summary>
/// Runs an author's tests of contracts: the tests themselves and what they call run in the real engine, each test on a
/// ledger of its own in memory.
/// </summary>
/// <remarks>
/// One thread at a time, with a stack of <see cref="ScriptLimits.ThreadStackBytes"/>. The engine stays its maker's.
/// docs/guide/developer/first-contract.md says how tests are written.
/// </remarks>
public sealed class ContractTestRunner : IDisposable
{
    // What `t` is made of stands behind the test file, so that its lines keep their numbers.
    private const string Driver =
        "\nexport const ledgerTestNames = () => Object.keys(tests);\n"
        + "export const ledgerTestRun = (ctx, { name }) => {\n"
        + "  tests[name](makeKit((operation, args) => ctx.call(\"ledger-test\", operation, args)));\n"
        + "};\n";

    private static readonly ScriptLimits Limits = new(
        long.MaxValue >> 2, ScriptLimits.MaxMemoryPages, ScriptLimits.MaxDepth, TestLedger.StartMilliseconds);

    private static readonly string Kit = Read("kit.js");

    // Every test can deploy it: a contract that others must not trust.
    private static readonly ContractText Relay = new(
        "relay", Read("relay.js"), """{"functions":{"init":{"arguments":{}},"pass":{"arguments":{}}}}""");

    private readonly ErrorRecorder _engine;
    private readonly ContractRuntime _runtime;
    private readonly IReadOnlyList<ContractText> _contracts;
    private readonly Func<string, string?> _files;
    private readonly SortedDictionary<string, CallStatistics> _calls = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _codes = new(StringComparer.Ordinal);
    private ScriptImage? _image;

    /// <summary>A runner over contracts.</summary>
    /// <param name="engine">The engine, made with the bootstrap of the runtime.</param>
    /// <param name="options">What the channel's parameters say.</param>
    /// <param name="contracts">What tests can deploy.</param>
    /// <param name="files">Gives the text of a file of the test folder, or null.</param>
    public ContractTestRunner(
        IScriptEngine engine, ContractRuntimeOptions options, IReadOnlyList<ContractText> contracts,
        Func<string, string?> files)
    {
        _engine = new ErrorRecorder(engine);
        _runtime = new ContractRuntime(_engine, options);
        _contracts = [.. contracts, Relay];
        _files = files;
    }

    /// <summary>Calls by contract and function (<c>settlement.meter</c>), over all tests that ran.</summary>
    public IReadOnlyDictionary<string, CallStatistics> Calls => _calls;

    /// <summary>The codes that calls were refused with, over all tests that ran.</summary>
    public IReadOnlySet<string> Codes => _codes;

    /// <summary>Loads a test file, a module that exports <c>tests</c>; null when it does, else what is wrong with
    /// it.</summary>
    public ScriptError? Load(string testSource)
    {
        var build = _engine.Build(testSource + "\n" + Kit + Driver, Limits);
        _image = build.Image;
        return build.Outcome.Error;
    }

    /// <summary>The names of the tests, in the order of the file.</summary>
    public IReadOnlyList<string> Names()
    {
        using var host = Host();
        var outcome = _engine.Run(Image, "ledgerTestNames", "{}", "{}", host, Limits);
        using var names = JsonDocument.Parse(outcome.Value ?? "[]");
        return [.. names.RootElement.EnumerateArray().Select(n => n.GetString()!)];
    }

    /// <summary>Runs one test on a new ledger.</summary>
    public TestResult Run(string name)
    {
        _engine.LastError = null;
        using var host = Host();
        var argument = "{\"name\":" + JsonSerializer.Serialize(name) + "}";
        var outcome = _engine.Run(Image, "ledgerTestRun", "{}", argument, host, Limits);
        var failure = outcome.Error is { } error ? error.Message : null;
        if (failure?.Length == 0) failure = outcome.Error!.Name;
        return new TestResult(
            name, failure, outcome.Error?.Stack, failure is null ? null : host.LastContractStack, host.Digest(),
            host.GasUsed);
    }

    /// <inheritdoc/>
    public void Dispose() => _runtime.Dispose();

    private ScriptImage Image => _image ?? throw new InvalidOperationException("load a test file first");

    private TestLedger Host() => new(_runtime, _engine, _contracts, _files, _calls, _codes);

    private static string Read(string name)
    {
        using var stream = typeof(ContractTestRunner).Assembly.GetManifestResourceStream("authoring/" + name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
