using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Contracts;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract call</c>: calls a function in a transaction.</summary>
internal static class CallCommand
{
    public static Command Create(CliHost host)
    {
        var name = ContractOptions.Name();
        var function = new Argument<string>("function") { Description = "The function to call." };
        var arguments = ContractOptions.Arguments();
        var gas = ContractOptions.Gas();
        var spend = new Option<string?>("--spend")
        {
            Description = "Most that contracts may take from your own account, in minor units. Left out: nothing.",
            HelpName = "amount",
        };
        var command = new Command("call", "Calls a function of a contract, in a transaction.")
        {
            name, function, arguments, gas, spend,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var contract = parsed.GetRequiredValue(name);
            var called = parsed.GetRequiredValue(function);
            var argument = ContractOptions.ReadArguments(host, parsed.GetValue(arguments));
            var options = new ContractCallOptions { Spend = parsed.GetValue(spend) ?? "" };
            if (parsed.GetValue(gas) is { } limit) options = options with { GasLimit = limit };
            using var client = new Session(host, parsed).Connect();
            var result = await client.CallAsync(contract, called, argument, options, cancellation);
            ContractOptions.Say(new Result(host, parsed), $"called {contract}.{called}", result);
            return ExitCodes.Ok;
        });
        return command;
    }
}
