using System.CommandLine;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract</c>: contracts, from the first line to what they do on the chain.</summary>
internal static class ContractCommand
{
    // One file for each command below it, in the order in which a contract's life needs them.
    public static Command Create(CliHost host) => new("contract", "Writes, tests, deploys and calls contracts.")
    {
        NewCommand.Create(host),
        CheckCommand.Create(host),
        TestCommand.Create(host),
        BuildCommand.Create(host),
        SandboxCommand.Create(host),
        StandardCommand.Create(host),
        SourceCommands.Deploy(host),
        CallCommand.Create(host),
        FeedCommand.Create(host),
        ContractQueryCommand.Create(host),
        EventsCommand.Create(host),
        ShowCommand.Create(host),
        ListCommand.Create(host),
        SourceCommands.Upgrade(host),
        StatusCommands.Freeze(host),
        StatusCommands.Unfreeze(host),
        StatusCommands.Retire(host),
        PaymentsCommand.Create(host),
    };
}
