using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Contracts;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract list</c>: the channel's contracts.</summary>
internal static class ListCommand
{
    public static Command Create(CliHost host)
    {
        var command = new Command("list", "Lists the channel's contracts by name, as a node tells them.");
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new Session(host, parsed).Connect();
            var records = new List<ContractRecord>();
            await foreach (var entry in client.ListContractsAsync(cancellation))
            {
                if (!ContractRecord.TryDecode(entry.Record.Span, out var record, out var error))
                    throw new CliException(ExitCodes.Integrity, $"the record of '{entry.Name}' is malformed: {error}");
                records.Add(record);
            }

            new Result(host, parsed).Say(
                lines =>
                {
                    foreach (var record in records)
                    {
                        var state = ShowCommand.Word(record.State);
                        lines.WriteLine($"{record.Name,-32} version {record.Version,-4} {state,-8} {record.Owner}");
                    }

                    lines.WriteLine($"{records.Count} contracts");
                },
                json =>
                {
                    json.WriteStartArray("contracts");
                    foreach (var record in records)
                    {
                        json.WriteStartObject();
                        json.WriteString("name", record.Name);
                        json.WriteNumber("version", record.Version);
                        json.WriteString("state", ShowCommand.Word(record.State));
                        json.WriteString("owner", record.Owner);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                });
            return ExitCodes.Ok;
        });
        return command;
    }
}
