using System.Diagnostics;

namespace Ledger.Interop.Tests.Receipts;

/// <summary>Runs the verifier in TypeScript, packages/verify; it is built once for all tests.</summary>
internal static class TypeScriptVerifier
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string Package = Path.Combine(PythonVerifier.Root, "packages", "verify");
    private static readonly Lazy<Task> Built = new(() => RunAsync("", "npm", "run", "--silent", "build"));

    /// <summary>Verdicts on receipts in binary form, one for each.</summary>
    public static async Task<string[]> VerdictsAsync(string genesisPath, IEnumerable<byte[]> receipts)
    {
        var lines = string.Concat(receipts.Select(r => Convert.ToHexStringLower(r) + "\n"));
        var (_, output) = await VerifyAsync(lines, genesisPath, "--vectors");
        return output.Split('\n')[..^1];
    }

    /// <summary>What the command says of a receipt, and of a file that it may be about, and its exit status.</summary>
    public static Task<(int Status, string Output)> VerdictAsync(params string[] paths) => VerifyAsync("", paths);

    /// <summary>Runs the package's own tests; the report ends with their numbers.</summary>
    public static async Task<(int Status, string Output)> TestAsync()
    {
        await Built.Value;
        return await RunAsync("", "node", "--test", "--test-reporter=tap", "test/");
    }

    private static async Task<(int Status, string Output)> VerifyAsync(string input, params string[] arguments)
    {
        await Built.Value;
        return await RunAsync(input, "node", ["bin/ledger-verify.mjs", .. arguments]);
    }

    private static async Task<(int Status, string Output)> RunAsync(
        string input, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Package,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)
            ?? throw new InvalidOperationException($"{program} did not start: run scripts/setup --tests");
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        // npm warns on standard error about the settings of whoever runs it; the build's own faults go to its output.
        if (program != "npm") Assert.Equal("", await errors);
        else Assert.True(process.ExitCode == 0, $"{await output}{await errors}");
        return (process.ExitCode, await output);
    }
}
