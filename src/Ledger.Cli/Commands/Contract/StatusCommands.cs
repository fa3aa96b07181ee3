using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client;
using Ledger.Client.Contracts;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract freeze</c>, <c>unfreeze</c> and <c>retire</c>: whether a contract can be called.</summary>
internal static class StatusCommands
{
    public static Command Freeze(CliHost host) => Create(
        host, "freeze", "Stops all calls of a contract until it is unfrozen.", "froze",
        (client, name, cancellation) => client.FreezeAsync(name, cancellation));

    public static Command Unfreeze(CliHost host) => Create(
        host, "unfreeze", "Ends a contract's freeze.", "unfroze",
        (client, name, cancellation) => client.UnfreezeAsync(name, cancellation));

    public static Command Retire(CliHost host) => Create(
        host, "retire", "Stops all calls of a contract for ever. Its state and history stay readable.", "retired",
        (client, name, cancellation) => client.RetireAsync(name, cancellation));

    private static Command Create(
        CliHost host, string verb, string description, string done,
        Func<LedgerClient, string, CancellationToken, Task<ContractResult>> send)
    {
        var name = ContractOptions.Name();
        var command = new Command(verb, description) { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            var contract = parsed.GetRequiredValue(name);
            using var client = new Session(host, parsed).Connect();
            var result = await send(client, contract, cancellation);
            ContractOptions.Say(new Result(host, parsed), $"{done} {contract}", result);
            return ExitCodes.Ok;
        });
        return command;
    }
}
