using System.Diagnostics;
using System.Text.Json;

namespace Ledger.EndToEnd.Tests.WebConsole;

/// <summary>
/// Runs js/console/console.mjs, which walks through the console in Chromium and reports a line for each check; what it
/// asks for on the way is done here.
/// </summary>
internal static class BrowserWalk
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Every check by its name, with what was wrong; null when it held.</summary>
    public static async Task<IReadOnlyDictionary<string, string?>> RunAsync(
        string given, Func<string, Task<string>> answer, Action<string> tell)
    {
        using var process = Process.Start(new ProcessStartInfo("node", ["console.mjs", given])
        {
            WorkingDirectory = ScriptFolder(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("node did not start: run scripts/setup --tests");
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var checks = new Dictionary<string, string?>();
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } text)
            {
                tell(text);
                using var line = JsonDocument.Parse(text);
                if (line.RootElement.TryGetProperty("check", out var check))
                    checks.Add(check.GetString()!, line.RootElement.GetProperty("failure").GetString());
                if (!line.RootElement.TryGetProperty("ask", out var ask)) continue;
                await process.StandardInput.WriteLineAsync(await answer(ask.GetString()!));
                await process.StandardInput.FlushAsync(limit.Token);
            }

            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, await errors);
            return checks;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static string ScriptFolder()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Ledger.sln")))
            directory = directory.Parent;
        return Path.Combine(directory!.FullName, "tests", "Ledger.EndToEnd.Tests", "js", "console");
    }
}
