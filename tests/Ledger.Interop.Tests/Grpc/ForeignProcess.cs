using System.Diagnostics;
using System.Text.Json;

namespace Ledger.Interop.Tests.Grpc;

/// <summary>A program of another implementation, which speaks to its test in lines of JSON.</summary>
internal sealed class ForeignProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ForeignProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static string Root { get; } = FindRoot();

    public static string JsFolder => Path.Combine(Root, "tests", "Ledger.Interop.Tests", "js", "grpc");

    public static string PythonFolder => Path.Combine(Root, "tests", "Ledger.Interop.Tests", "python");

    public static ForeignProcess StartNode(string script, params string[] arguments)
    {
        if (!Directory.Exists(Path.Combine(JsFolder, "node_modules")))
            Assert.Fail("The npm packages of this test are missing. Run scripts/setup --tests.");
        return Start("node", [Path.Combine(JsFolder, script), .. arguments]);
    }

    public static async Task<ForeignProcess> StartPythonAsync(string script, params string[] arguments)
    {
        // Debian's own Python: the first one on the path may be another, without the package.
        await using var probe = Start("/usr/bin/python3", ["-c", "import grpc, google.protobuf"]);
        if (await probe.ExitCodeAsync() != 0)
            Assert.Fail("The Python package of this test is missing. Run scripts/setup --tests.");
        return Start("/usr/bin/python3", ["-B", Path.Combine(PythonFolder, script), .. arguments]);
    }

    /// <summary>The next line; fails with what the program wrote to its error output when there is none.</summary>
    public async Task<JsonElement> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var line = await _process.StandardOutput.ReadLineAsync(limit.Token);
        if (line is null) Assert.Fail("The program ended early: " + await _errors);
        return JsonDocument.Parse(line!).RootElement;
    }

    /// <summary>All lines until the program ends.</summary>
    public async Task<IReadOnlyList<JsonElement>> AllAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var lines = new List<JsonElement>();
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            lines.Add(JsonDocument.Parse(line).RootElement);
        await _process.WaitForExitAsync(limit.Token);
        if (_process.ExitCode != 0) Assert.Fail("The program failed: " + await _errors);
        return lines;
    }

    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _errors;
        _process.Dispose();
    }

    private static ForeignProcess Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new ForeignProcess(Process.Start(start)!);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ledger.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Ledger.sln was not found above the test.");
    }
}
