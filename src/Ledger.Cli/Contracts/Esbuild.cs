using System.Diagnostics;
using System.Text;
using Ledger.Contracts.Authoring;
using Ledger.Core.Contracts;

namespace Ledger.Cli.Contracts;

/// <summary>Bundles a TypeScript project with the esbuild of its lock file: the same text on every machine.</summary>
internal static class Esbuild
{
    private const int MaxBundleBytes = 8 << 20;
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BundleTimeout = TimeSpan.FromMinutes(1);

    public static BuiltModule Bundle(ContractProject project, string file, CliHost host)
    {
        var tool = project.PathOf(Path.Combine("node_modules", ".bin", "esbuild"));
        if (!File.Exists(tool)) Install(project, host);
        var target = project.PathOf(Path.Combine("dist", Path.GetFileNameWithoutExtension(file) + ".js"));
        Run(
            project, tool,
            [
                file, "--bundle", "--format=esm", "--target=es2022", "--charset=utf8", "--legal-comments=none",
                    "--sourcemap=external",
                "--log-level=error", "--color=false", $"--outfile={target}",
            ],
            BundleTimeout, $"{file} does not build");
        var text = Encoding.UTF8.GetString(InputFiles.Read(target, MaxBundleBytes, "bundle"));
        var map = Encoding.UTF8.GetString(InputFiles.Read(target + ".map", 4 * MaxBundleBytes, "source map"));
        return new BuiltModule(text, new StackMapper(file, SourceMap.TryParse(map, out var parsed) ? parsed : null));
    }

    /// <summary>The size that a contract may have on the chain.</summary>
    public static void RequireSize(BuiltModule module)
    {
        var size = Encoding.UTF8.GetByteCount(module.Text);
        if (size > ContractLimits.SourceBytes)
            throw new CliException(
                ExitCodes.Input,
                    $"the contract has {size} bytes; at most {ContractLimits.SourceBytes} can be deployed");
    }

    private static void Install(ContractProject project, CliHost host)
    {
        host.Error.WriteLine("Installing esbuild and TypeScript, once (npm ci)");
        var hasLock = File.Exists(project.PathOf("package-lock.json"));
        Run(
            project, "npm", [hasLock ? "ci" : "install", "--no-audit", "--no-fund", "--prefer-offline",
                "--loglevel=error"],
            InstallTimeout, "npm could not install what the project needs");
    }

    private static void Run(
        ContractProject project, string tool, IReadOnlyList<string> arguments, TimeSpan timeout, string failure)
    {
        var start = new ProcessStartInfo(tool)
        {
            WorkingDirectory = project.Folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CliException(ExitCodes.Failure, $"{tool} does not start: install Node.js 20 or later with npm",
                e);
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(timeout))
            {
                process.Kill(entireProcessTree: true);
                throw new CliException(ExitCodes.Failure, $"{failure}: {tool} did not end within {timeout}");
            }

            if (process.ExitCode != 0)
                throw new CliException(
                    ExitCodes.Input,
                        $"{failure}:\n{(errors.GetAwaiter().GetResult() + output.GetAwaiter().GetResult()).Trim()}");
        }
    }
}
