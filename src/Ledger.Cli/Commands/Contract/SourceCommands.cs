using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client;
using Ledger.Client.Contracts;
using Ledger.Core.Contracts;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract deploy</c> and <c>upgrade</c>: the commands that bring source to the chain.</summary>
internal static class SourceCommands
{
    private delegate Task<ContractResult> Send(
        LedgerClient client, string name, string source, string schema, string arguments, ContractCallOptions options,
        CancellationToken cancellation);

    public static Command Deploy(CliHost host) => Create(
        host, "deploy", "Puts a contract on the chain and calls its init.", "deployed",
        (client, name, source, schema, arguments, options, cancellation) =>
            client.DeployAsync(name, source, schema, arguments, options, cancellation));

    public static Command Upgrade(CliHost host) => Create(
        host, "upgrade", "Replaces a contract's source and calls its migrate.", "upgraded",
        (client, name, source, schema, arguments, options, cancellation) =>
            client.UpgradeAsync(name, source, schema, arguments, options, cancellation));

    private static Command Create(CliHost host, string verb, string description, string done, Send send)
    {
        var name = ContractOptions.Name();
        var source = ContractOptions.Source();
        var schema = ContractOptions.Schema();
        var arguments = ContractOptions.InitArguments();
        var gas = ContractOptions.Gas();
        var command = new Command(verb, description) { name, source, schema, arguments, gas };
        command.SetAction(async (parsed, cancellation) =>
        {
            var contract = parsed.GetRequiredValue(name);
            var text = ContractOptions.ReadText(
                host, parsed.GetRequiredValue(source), ContractLimits.SourceBytes, "contract source");
            var types = ContractOptions.ReadText(
                host, parsed.GetRequiredValue(schema), ContractLimits.SchemaBytes, "schema");
            var argument = ContractOptions.ReadArguments(host, parsed.GetValue(arguments));
            var options = new ContractCallOptions();
            if (parsed.GetValue(gas) is { } limit) options = options with { DeployGasLimit = limit };
            using var client = new Session(host, parsed).Connect();
            var result = await send(client, contract, text, types, argument, options, cancellation);
            ContractOptions.Say(new Result(host, parsed), $"{done} {contract}", result);
            return ExitCodes.Ok;
        });
        return command;
    }
}
