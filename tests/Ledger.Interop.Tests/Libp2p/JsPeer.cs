using System.Diagnostics;
using System.Text.Json;

namespace Ledger.Interop.Tests.Libp2p;

/// <summary>A js-libp2p host in a process of its own, which reports what happens to it as lines of JSON.</summary>
internal sealed class JsPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);
    private static readonly SemaphoreSlim Installing = new(1);

    private readonly Process _process;
    private readonly List<(string Kind, JsonElement Report)> _passedOver = [];

    private JsPeer(Process process) => _process = process;

    public static Task<JsPeer> ListenAsync(byte[] secretKey) => StartAsync(secretKey, "listen");

    public static Task<JsPeer> DialAsync(byte[] secretKey, string multiaddress) =>
        StartAsync(secretKey, "dial", multiaddress);

    /// <summary>
    /// The next report of the wanted kind; a failure throws. Reports of other kinds are kept for whoever asks for them:
    /// what js-libp2p does side by side (identify and ping) it may report in either order.
    /// </summary>
    public async Task<JsonElement> NextAsync(string wanted)
    {
        var kept = _passedOver.FindIndex(r => r.Kind == wanted);
        if (kept >= 0)
        {
            var (_, report) = _passedOver[kept];
            _passedOver.RemoveAt(kept);
            return report;
        }

        using var limit = new CancellationTokenSource(Patience);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            var report = JsonSerializer.Deserialize<JsonElement>(line);
            var kind = report.GetProperty("event").GetString()!;
            if (kind == wanted) return report;
            if (kind == "failed")
                throw new InvalidOperationException($"awaited '{wanted}', but js-libp2p failed: {line}");
            _passedOver.Add((kind, report));
        }

        throw new InvalidOperationException(
            $"js-libp2p ended before '{wanted}': {await _process.StandardError.ReadToEndAsync(limit.Token)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<JsPeer> StartAsync(byte[] secretKey, params string[] arguments)
    {
        var folder = FindProject();
        await InstallAsync(folder);
        var start = new ProcessStartInfo("node", ["peer.mjs", .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LEDGER_KEY"] = Convert.ToHexStringLower(secretKey);
        return new JsPeer(Process.Start(start)!);
    }

    // The packages are installed beside the sources, once, and not beside the test's binaries.
    private static string FindProject()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "tests", "Ledger.Interop.Tests", "js", "libp2p");
            if (File.Exists(Path.Combine(candidate, "package.json"))) return candidate;
        }

        throw new DirectoryNotFoundException("the js-libp2p project is not above the test's binaries");
    }

    private static async Task InstallAsync(string folder)
    {
        await Installing.WaitAsync();
        try
        {
            if (Directory.Exists(Path.Combine(folder, "node_modules", "libp2p"))) return;
            var start = new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            {
                WorkingDirectory = folder,
                RedirectStandardError = true,
            };
            using var npm = Process.Start(start)!;
            using var limit = new CancellationTokenSource(InstallPatience);
            var errors = await npm.StandardError.ReadToEndAsync(limit.Token);
            await npm.WaitForExitAsync(limit.Token);
            if (npm.ExitCode != 0) throw new InvalidOperationException("npm ci failed: " + errors);
        }
        finally
        {
            Installing.Release();
        }
    }
}
