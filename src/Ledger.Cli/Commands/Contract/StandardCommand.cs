using System.CommandLine;
using System.Text;
using Ledger.Cli.Output;
using Ledger.Contracts.Standard;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract standard</c>: lists the standard contracts, or writes one to files that can be
/// deployed.</summary>
internal static class StandardCommand
{
    public static Command Create(CliHost host)
    {
        var name = new Argument<string?>("name")
        {
            Description = "The contract. Left out: all are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = new Option<string>("--out", "-o")
        {
            Description = "Folder for NAME.js and NAME.schema.json.",
            DefaultValueFactory = _ => ".",
            HelpName = "folder",
        };
        var command = new Command("standard",
            "Lists the standard contracts, or writes the source and the schema of one.")
        {
            name, output,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is not { } wanted)
            {
                new Result(host, parsed).Say(
                    lines =>
                    {
                        foreach (var contract in StandardContracts.All) lines.WriteLine(contract.Name);
                    },
                    json =>
                    {
                        json.WriteStartArray("contracts");
                        foreach (var contract in StandardContracts.All) json.WriteStringValue(contract.Name);
                        json.WriteEndArray();
                    });
                return ExitCodes.Ok;
            }

            var found = StandardContracts.Find(wanted) ?? throw new CliException(
                ExitCodes.Usage,
                $"there is no standard contract '{wanted}'; there are "
                + string.Join(", ", StandardContracts.All.Select(c => c.Name)));
            var folder = host.Resolve(parsed.GetRequiredValue(output));
            var source = Path.Combine(folder, $"{found.Name}.js");
            var schema = Path.Combine(folder, $"{found.Name}.schema.json");
            OutputFile.Write(source, Encoding.UTF8.GetBytes(found.Source));
            OutputFile.Write(schema, Encoding.UTF8.GetBytes(found.Schema));
            new Result(host, parsed).Say(
                lines =>
                {
                    lines.WriteLine(source);
                    lines.WriteLine(schema);
                    lines.WriteLine(
                        $"Next: ledger contract deploy {found.Name} --source {found.Name}.js "
                        + $"--schema {found.Name}.schema.json --args …");
                },
                json =>
                {
                    json.WriteString("source", source);
                    json.WriteString("schema", schema);
                });
            return ExitCodes.Ok;
        });
        return command;
    }
}
