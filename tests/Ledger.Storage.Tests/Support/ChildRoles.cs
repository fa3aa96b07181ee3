using System.Buffers.Binary;
using Ledger.Storage.RocksDb;

namespace Ledger.Storage.Tests.Support;

/// <summary>What the child process of the crash tests can do.</summary>
internal static class ChildRoles
{
    /// <summary>Writes batches for ever; acknowledges each after it was synced.</summary>
    public const string WriteBatches = "write-batches";

    /// <summary>Opens a database and holds it until its input closes.</summary>
    public const string HoldOpen = "hold-open";

    public static int Run(string role, string directory)
    {
        switch (role)
        {
            case WriteBatches: return RunWriteBatches(directory);
            case HoldOpen: return RunHoldOpen(directory);
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

    private static int RunHoldOpen(string directory)
    {
        using var database = TestDatabase.Open(directory, TestDatabase.A);
        using var output = Console.OpenStandardOutput();
        Acknowledge(output, 1);
        Console.In.ReadToEnd();
        return 0;
    }
}
