using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Storage;
using Ledger.Storage.Verify;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger db</c>: checks and repairs a node's database.</summary>
internal static class DbCommand
{
    public static Command Create(CliHost host)
    {
        var folder = new Argument<string>("dir") { Description = "The node's folder, or its data folder." };
        var verify = new Command(
            "verify", "Re-checks every hash, chain, root and signature on disk, and names what is damaged.")
        {
            folder,
        };
        verify.SetAction((parsed, cancellation) => Task.Run(
            () => Verify(host, parsed, parsed.GetRequiredValue(folder), cancellation), cancellation));
        var reindex = new Command("reindex", "Builds every index anew from the blocks. The node must not run.")
        {
            folder,
        };
        reindex.SetAction((parsed, cancellation) => Task.Run(
            () => Reindex(host, parsed, parsed.GetRequiredValue(folder), cancellation), cancellation));
        return new Command("db", "Checks and repairs a node's database.") { verify, reindex };
    }

    private static int Verify(CliHost host, ParseResult parsed, string folder, CancellationToken cancellation)
    {
        var node = NodeData.Find(host, parsed, folder);
        var report = DatabaseVerifier.Verify(
            new VerifyOptions { Path = node.Chain, VotesPath = Directory.Exists(node.Votes) ? node.Votes : null },
            Session.ReadGenesis(node.Genesis),
            progress: null,
            cancellation);
        new Result(host, parsed).Say(
            lines =>
            {
                foreach (var finding in report.Findings) lines.WriteLine($"DAMAGED {finding}");
                if (report.Truncated) lines.WriteLine("there is more damage than is listed");
                lines.WriteLine(
                    $"{report.Blocks} blocks, {report.CertifiedBlocks} of them certified, {report.Transactions} "
                        + "transactions, "
                    + $"{report.Leaves} records, {report.StateKeys} keys of the state, {report.Votes} votes checked");
                lines.WriteLine(report.IsSound ? "SOUND" : "DAMAGED: restore a backup, or remove the data folder and "
                    + "let the node catch up");
            },
            json =>
            {
                json.WriteBoolean("sound", report.IsSound);
                json.WriteNumber("blocks", report.Blocks);
                json.WriteNumber("certified_blocks", report.CertifiedBlocks);
                json.WriteNumber("transactions", report.Transactions);
                json.WriteNumber("records", report.Leaves);
                json.WriteNumber("state_keys", report.StateKeys);
                json.WriteNumber("votes", report.Votes);
                json.WriteBoolean("truncated", report.Truncated);
                json.WriteStartArray("findings");
                foreach (var finding in report.Findings)
                {
                    json.WriteStartObject();
                    json.WriteString("family", finding.Family);
                    json.WriteString("key", finding.Key);
                    if (finding.Height is { } height) json.WriteNumber("height", height);
                    json.WriteString("problem", finding.Problem);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        return report.IsSound ? ExitCodes.Ok : ExitCodes.DatabaseDamaged;
    }

    private static int Reindex(CliHost host, ParseResult parsed, string folder, CancellationToken cancellation)
    {
        var node = NodeData.Find(host, parsed, folder);
        try
        {
            var options = new StorageOptions { Path = node.Chain };
            Reindexer.Run(options, Session.ReadGenesis(node.Genesis), progress: null, cancellation);
        }
        catch (StorageException e)
        {
            throw new CliException(ExitCodes.Failure, e.Message, e);
        }

        new Result(host, parsed).Say(
            lines => lines.WriteLine($"the indexes in {node.Chain} were built anew"),
            json => json.WriteString("path", node.Chain));
        return ExitCodes.Ok;
    }
}
