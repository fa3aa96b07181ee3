using System.Buffers.Binary;
using Ledger.Core.Blocks;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Tests.Snapshots;
using Ledger.Storage.Tests.Votes;
using Ledger.Storage.Votes;

namespace Ledger.Storage.Tests.Support;

/// <summary>What the child process of the crash tests can do.</summary>
internal static class ChildRoles
{
    /// <summary>Writes batches for ever; acknowledges each after it was synced.</summary>
    public const string WriteBatches = "write-batches";

    /// <summary>Opens a database and holds it until its input closes.</summary>
    public const string HoldOpen = "hold-open";

    /// <summary>Appends votes for ever, dropping old ones; acknowledges each batch.</summary>
    public const string Vote = "vote";

    /// <summary>Commits blocks of the test chain for ever; acknowledges each.</summary>
    public const string CommitBlocks = "commit-blocks";

    /// <summary>Installs a snapshot of the store beside it, or goes on; acknowledges each step.</summary>
    public const string InstallSnapshot = "install-snapshot";

    public static int Run(string role, string directory)
    {
        switch (role)
        {
            case WriteBatches: return RunWriteBatches(directory);
            case HoldOpen: return RunHoldOpen(directory);
            case Vote: return RunVote(directory);
            case CommitBlocks: return RunCommitBlocks(directory);
            case InstallSnapshot: return RunInstallSnapshot(directory);
            default: return 64;
        }
    }

    /// <summary>Tells the parent that everything up to <paramref name="number"/> is durable.</summary>
    public static void Acknowledge(Stream output, ulong number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        output.Write(bytes);
        output.Flush();
    }

    private static int RunWriteBatches(string directory)
    {
        using var database = TestDatabase.Open(directory, TestDatabase.A, TestDatabase.B);
        using var output = Console.OpenStandardOutput();
        using var batch = database.CreateBatch();
        var next = TestDatabase.Count(database, TestDatabase.A);
        for (var number = next; ; number++)
        {
            batch.Clear();
            TestDatabase.PutNumbered(database, batch, number);
            database.Write(batch, sync: true);
            // Now and then a table file is written, so that a kill can fall into a flush too.
            if (number % 61 == 60) database.Flush(database.Family(TestDatabase.A));
            Acknowledge(output, number);
        }
    }

    private static int RunVote(string directory)
    {
        using var log = VoteLog.Open(directory);
        using var output = Console.OpenStandardOutput();
        while (true)
        {
            var height = log.Sequence;
            log.Append([
                VoteLogTests.Vote(height, "prepare", new string('p', 150)), VoteLogTests.Vote(height, "commit", "c")]);
            if (height > 10) log.Truncate(new BlockHeight(height - 10));
            Acknowledge(output, log.Sequence);
        }
    }

    private static int RunCommitBlocks(string directory)
    {
        using var store = LedgerStore.Open(new StorageOptions { Path = directory }, TestChain.Genesis);
        using var output = Console.OpenStandardOutput();
        var chain = new TestChain();
        while (true)
        {
            var commit = chain.Next();
            // The first blocks are those of the process that was killed: the store leaves them alone.
            if (store.Commit(commit) == CommitOutcome.AlreadyCommitted) continue;
            store.SaveCertificate(commit.Block.Header.Height, TestChain.Certify(commit));
            // Kills fall before, into and after writes of the state tree's pages, with up to ten blocks that they lack.
            if (commit.Block.Header.Height.Value % 11 == 10) store.OpenStateView().Dispose();
            Acknowledge(output, commit.Block.Header.Height.Value);
        }
    }

    private static int RunInstallSnapshot(string directory)
    {
        using var output = Console.OpenStandardOutput();
        using var source = SnapshotInstallTests.Open(Path.Combine(directory, "source"));
        using var target = SnapshotInstallTests.Open(Path.Combine(directory, "target"));
        if (target.Base is null)
        {
            SnapshotInstallTests.Install(
                target, source, resume: target.InstallProgress is not null, step: () => Acknowledge(output, 1));
        }

        while (true) Acknowledge(output, 2);
    }

    private static int RunHoldOpen(string directory)
    {
        using var database = TestDatabase.Open(directory, TestDatabase.A);
        using var output = Console.OpenStandardOutput();
        Acknowledge(output, 1);
        Console.In.ReadToEnd();
        return 0;
    }
}
