using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Blocks;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract query</c>: runs a query on a node.</summary>
internal static class ContractQueryCommand
{
    public static Command Create(CliHost host)
    {
        var name = ContractOptions.Name();
        var function = new Argument<string>("query") { Description = "The query's name." };
        var arguments = ContractOptions.Arguments();
        var atLeast = new Option<ulong>("--at-least")
        {
            Description = "Read the state of this block or a later one.",
            HelpName = "height",
        };
        var command = new Command("query", "Runs a contract's query on a node: reads only, free, no transaction.")
        {
            name, function, arguments, atLeast,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new Session(host, parsed).Connect();
            var answer = await client.QueryAsync(
                parsed.GetRequiredValue(name), parsed.GetRequiredValue(function),
                ContractOptions.ReadArguments(host, parsed.GetValue(arguments)),
                new BlockHeight(parsed.GetValue(atLeast)), cancellation);
            new Result(host, parsed).Say(
                lines =>
                {
                    lines.WriteLine(answer.Value);
                    lines.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"  as of block {answer.Height} at {answer.Time}, by the node's word"));
                },
                json =>
                {
                    ContractOptions.WriteRaw(json, "value", answer.Outcome.Value);
                    json.WriteNumber("height", answer.Height.Value);
                    json.WriteString("time", answer.Time.ToString());
                    json.WriteNumber("gas_used", answer.Outcome.GasUsed);
                });
            return ExitCodes.Ok;
        });
        return command;
    }
}
