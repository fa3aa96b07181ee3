using System.Diagnostics;

namespace Ledger.Interop.Tests.Observability;

/// <summary>Prometheus's own linter.</summary>
internal static class Promtool
{
    private const string Program = "/usr/bin/promtool";

    /// <summary>What it finds wrong with a metrics page; empty when it finds nothing.</summary>
    public static async Task<string> LintAsync(string page)
    {
        if (!File.Exists(Program)) Assert.Fail("promtool is missing. Run scripts/setup --tests.");
        using var promtool = Process.Start(new ProcessStartInfo(Program, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(page);
        promtool.StandardInput.Close();
        var output = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return promtool.ExitCode == 0 ? output : $"exit code {promtool.ExitCode}: {output}";
    }
}
