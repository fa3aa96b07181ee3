using System.Globalization;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Tests.Support;
using static Ledger.Storage.Tests.Support.TestDatabase;

namespace Ledger.Storage.Tests.RocksDb;

/// <summary>A database whose next write-ahead log cannot be made, and then could be.</summary>
public sealed class FailedWriteTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_database_that_failed_to_write_takes_nothing_more_and_has_what_it_took()
    {
        using (var database = Open(_directory.Path, A))
        {
            WriteSynced(database, 0);
            var synced = database.SyncedWrites;
            var links = TakeNamesOfLogs();
            var first = Assert.Throws<StorageException>(() => database.Flush(database.Family(A)));
            links.ForEach(File.Delete);
            Action[] later =
            [
                () => WriteSynced(database, 1),
                database.FlushWal,
                () => database.Flush(database.Family(A)),
            ];

            Assert.Equal(StorageFault.InputOutput, first.Fault);
            Assert.All(later, write => Assert.Equal(first.Message, Assert.Throws<StorageException>(write).Message));
            Assert.Equal(synced, database.SyncedWrites);
            Assert.Equal([Key(0)], Entries(database, A).Select(e => e.Key));
        }

        using var reopened = Open(_directory.Path, A);
        Assert.Equal([Key(0)], Entries(reopened, A).Select(e => e.Key));
        WriteSynced(reopened, 1);
    }

    private static void WriteSynced(RocksDatabase database, ulong number)
    {
        using var batch = database.CreateBatch();
        batch.Put(database.Family(A), Key(number), NumberedValue(number));
        database.Write(batch, sync: true);
    }

    // Files are numbered: whichever name is next leads into a folder that is not there.
    private List<string> TakeNamesOfLogs()
    {
        var newest = _directory.Files("*.log").Max(Path.GetFileNameWithoutExtension)!;
        var next = int.Parse(newest, CultureInfo.InvariantCulture) + 1;
        var links = Enumerable.Range(next, 20).Select(n => _directory.File($"{n:D6}.log")).ToList();
        links.ForEach(link => File.CreateSymbolicLink(link, _directory.File("gone/log")));
        return links;
    }
}
