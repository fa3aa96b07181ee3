using System.CommandLine;
using Ledger.Cli.Contracts;
using Ledger.Cli.Output;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract new</c>: writes a project that can be tested at once.</summary>
internal static class NewCommand
{
    public static Command Create(CliHost host)
    {
        var name = new Argument<string>("name") { Description = "The contract's name: a-z, 0-9 and single '-'." };
        var output = new Option<string?>("--out", "-o")
        {
            Description = "Folder to write to. Left out: a folder of the contract's name.",
            HelpName = "folder",
        };
        var command = new Command("new", "Writes a new contract project in TypeScript, with a schema and tests.")
        {
            name, output,
        };
        command.SetAction(parsed =>
        {
            var contract = parsed.GetRequiredValue(name);
            var folder = parsed.GetValue(output) ?? contract;
            var files = ProjectTemplate.Write(contract, host.Resolve(folder));
            new Result(host, parsed).Say(
                lines =>
                {
                    lines.WriteLine($"contract {contract} in {folder}");
                    foreach (var file in files) lines.WriteLine($"  {file}");
                    lines.WriteLine($"Next: cd {folder} && ledger contract test");
                },
                json =>
                {
                    json.WriteString("name", contract);
                    json.WriteString("folder", host.Resolve(folder));
                    json.WriteStartArray("files");
                    foreach (var file in files) json.WriteStringValue(file);
                    json.WriteEndArray();
                });
            return ExitCodes.Ok;
        });
        return command;
    }
}
