using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Ledger.Cli.Contracts;
using Ledger.Cli.Output;
using Ledger.Contracts.Engine;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract build</c>: writes the one module that is deployed.</summary>
internal static class BuildCommand
{
    private static readonly ScriptLimits Limits = new(1_000_000_000, 256, ScriptLimits.MaxDepth, 0);

    public static Command Create(CliHost host)
    {
        var folder = FolderArgument.Create();
        var command = new Command("build",
            "Bundles a contract into the one file that is deployed, and loads it in the engine.")
        {
            folder,
        };
        command.SetAction(parsed =>
        {
            var project = ContractProject.Open(host.Resolve(parsed.GetRequiredValue(folder)));
            var built = project.Build(project.Source, host);
            Esbuild.RequireSize(built);
            var (image, engine) = ContractThread.Run(() => Load(built));
            var target = project.PathOf(Path.Combine("dist", "contract.js"));
            var bytes = Encoding.UTF8.GetBytes(built.Text);
            OutputFile.Write(target, bytes);
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            new Result(host, parsed).Say(
                lines =>
                {
                    lines.WriteLine($"{target}");
                    lines.WriteLine($"  {bytes.Length} bytes, sha-256 {hash}");
                    lines.WriteLine($"  image  {image}");
                    lines.WriteLine($"  engine {engine}");
                },
                json =>
                {
                    json.WriteString("file", target);
                    json.WriteNumber("bytes", bytes.Length);
                    json.WriteString("sha256", hash);
                    json.WriteString("image", image);
                    json.WriteString("engine", engine);
                });
            return ExitCodes.Ok;
        });
        return command;
    }

    private static (string Image, string Engine) Load(BuiltModule built)
    {
        using var engine = ProjectTests.NewEngine();
        var build = engine.Build(built.Text, Limits);
        if (build.Image is { } image) return (image.Hash.ToString(), engine.Id.ToString());
        var error = build.Outcome.Error!;
        throw new CliException(
            ExitCodes.Input, ProjectTests.Located(built.Stacks, error.Stack,
                $"the contract does not load: {error.Name}: {error.Message}"));
    }
}
