using System.CommandLine;

namespace Ledger.Cli.Commands.Audit;

/// <summary><c>ledger audit</c>: who did wrong, and what an auditor can say about a period.</summary>
internal static class AuditCommand
{
    public static Command Create(CliHost host) => new(
        "audit", "Proofs of faults and of the log's growth, certificates compared, and reports on a period.")
    {
        FaultsCommand.Create(host),
        VerifyFaultCommand.Create(host),
        ForensicsCommand.Create(host),
        HeaderCommand.Create(host),
        ConsistencyCommand.Create(host),
        ReportCommand.Create(host),
    };
}
