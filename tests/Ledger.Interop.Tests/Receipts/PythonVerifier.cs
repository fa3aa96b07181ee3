using System.Diagnostics;

namespace Ledger.Interop.Tests.Receipts;

/// <summary>Runs the verifier in Python that was written from docs/spec alone.</summary>
internal static class PythonVerifier
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Verdicts on receipts in binary form, one for each, as the script prints them.</summary>
    public static async Task<string[]> VerdictsAsync(string genesisPath, IEnumerable<byte[]> receipts)
    {
        var lines = string.Concat(receipts.Select(r => Convert.ToHexStringLower(r) + "\n"));
        var output = await RunAsync(lines, genesisPath, "--vectors");
        return output.Split('\n')[..^1];
    }

    /// <summary>The verdict on one receipt file.</summary>
    public static async Task<string> VerdictAsync(string genesisPath, string receiptPath) =>
        (await RunAsync("", genesisPath, receiptPath)).TrimEnd('\n');

    private static Task<string> RunAsync(string input, params string[] arguments) =>
        RunScriptAsync("verify_receipt.py", input, arguments);

    /// <summary>What one of the scripts prints.</summary>
    public static async Task<string> RunScriptAsync(string script, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-B");
        start.ArgumentList.Add(Path.Combine(Root, "tests", "Ledger.Interop.Tests", "python", script));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)
            ?? throw new InvalidOperationException("python3 did not start: install Python 3.8 or newer");
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        Assert.Equal("", await errors);
        return await output;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Ledger.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("there is no Ledger.sln above the tests");
    }
}
