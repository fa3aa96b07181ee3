using Ledger.Core.Membership;
using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb;

namespace Ledger.Storage.Verify;

/// <summary>What is to be verified.</summary>
public sealed record VerifyOptions
{
    /// <summary>The directory of the channel's database.</summary>
    public required string Path { get; init; }

    /// <summary>The directory of the vote log; null when there is none.</summary>
    public string? VotesPath { get; init; }
}

/// <summary>
/// Re-checks every byte of a channel's database: table checksums, the header chain from the watermark down to genesis,
/// certificates and transaction signatures, every root of every header (but the state's, of which only the newest is on
/// disk), leaves against their hashes, index entries in both directions, state and votes. Names what is wrong by
/// family, key and height.
/// </summary>
/// <remarks>
/// Opens read-only and without the lock, so a copy or a stopped node's directory is verified as it is; a node that runs
/// is better verified from a backup. Memory is bounded by one block. Safe for concurrent use.
/// </remarks>
public static class DatabaseVerifier
{
    private const string FilesFamily = "files";

    /// <summary>Verifies a database.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static VerifyReport Verify(
        VerifyOptions options, Genesis genesis, IProgress<VerifyProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        StoreContext context;
        try
        {
            context = LedgerStore.OpenContext(new StorageOptions { Path = options.Path }, genesis, readOnly: true);
        }
        catch (StorageException damage)
        {
            return new VerifyReport
            {
                Findings =
                [
                    new VerifyFinding(FilesFamily, "", null, damage.Message),
                    .. LogFileCheck.Run(FilesFamily, options.Path),
                ],
            };
        }

        using var database = context.Database;
        var report = VerifyOpen(new VerifyRun(context, progress, cancellation));
        return options.VotesPath is null ? report : AddVotes(report, options.VotesPath, context);
    }

    /// <summary>Verifies a database that is open.</summary>
    internal static VerifyReport Verify(KeyValueDatabase database, Genesis genesis) =>
        VerifyOpen(new VerifyRun(new StoreContext(database, genesis), progress: null, CancellationToken.None));

    private static VerifyReport VerifyOpen(VerifyRun run)
    {
        var families = run.Context.Database.Families.OrderBy(f => f.Name, StringComparer.Ordinal);
        foreach (var family in families) run.Scan(family);
        var marks = MarkCheck.Run(run);
        var headers = new HeaderCheck(run, marks);
        var blocks = new BlockCheck(run, headers);
        var state = new StateCheck(run);
        if (marks.Newest is not null && run.CanRead(run.Context.Headers))
        {
            headers.Run();
            blocks.Run();
            if (headers.StateRoot is { } root) state.Run(root, headers.Newest, marks.Pages);
        }

        FaultCheck.Run(run);
        SurplusCheck.Run(run, marks, headers, blocks);
        return new VerifyReport
        {
            Findings = run.Findings,
            Truncated = run.Truncated,
            Blocks = headers.Blocks,
            CertifiedBlocks = headers.Certified,
            Transactions = blocks.Transactions,
            Leaves = blocks.Leaves,
            StateKeys = state.Keys,
        };
    }

    private static VerifyReport AddVotes(VerifyReport report, string path, StoreContext context)
    {
        List<VerifyFinding> findings = [.. report.Findings];
        ulong votes = 0;
        try
        {
            using var database = RocksDatabase.Open(new DatabaseOptions
            {
                Path = path,
                Families = Votes.VoteLog.Families,
                ReadOnly = true,
            });
            var needed = new LedgerView(context, snapshot: null);
            votes = VoteCheck.Run(database, needed, findings);
        }
        catch (StorageException damage)
        {
            findings.Add(new VerifyFinding(VoteCheck.Family, "", null, damage.Message));
            findings.AddRange(LogFileCheck.Run(VoteCheck.Family, path));
        }

        return report with { Findings = findings, Votes = votes };
    }
}
