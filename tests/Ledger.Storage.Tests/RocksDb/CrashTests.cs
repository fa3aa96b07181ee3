using Ledger.Storage.RocksDb;
using Ledger.Storage.Tests.Support;
using static Ledger.Storage.Tests.Support.TestDatabase;

namespace Ledger.Storage.Tests.RocksDb;

/// <summary>
/// P25: what was acknowledged survives; what is damaged is reported and never read as something else.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void P25_Every_acknowledged_batch_survives_kill_9_and_is_whole()
    {
        var random = new Random(7);
        for (var round = 0; round < 6; round++)
        {
            using var writer = ChildProcess.Start(ChildRoles.WriteBatches, _directory.Path);
            ulong acknowledged = 0;
            for (var left = random.Next(1, 200); left > 0; left--)
            {
                acknowledged = writer.RequireAcknowledgement();
            }

            acknowledged = writer.KillAndDrain() ?? acknowledged;

            using var database = Open(_directory.Path, A, B);
            var a = Entries(database, A);
            var b = Entries(database, B);
            Assert.True((ulong)a.Count > acknowledged, $"round {round}: {acknowledged} acknowledged, {a.Count} found");
            Assert.Equal(a.Select(e => e.Key), b.Select(e => e.Value));
            for (var i = 0; i < a.Count; i++)
            {
                Assert.Equal(Key((ulong)i), a[i].Key);
                Assert.Equal(NumberedValue((ulong)i), a[i].Value);
            }
        }
    }

    [Fact]
    public void A_flipped_byte_in_a_table_file_is_an_error_that_names_the_file()
    {
        using (var database = Open(_directory.Path, A))
        {
            for (var n = 0UL; n < 500; n++) database.Put(A, Key(n), NumberedValue(n));
            database.Flush(database.Family(A));
        }

        var table = Assert.Single(_directory.Files("*.sst"));
        Damage.FlipByte(table, 200);

        using var damaged = Open(_directory.Path, A);
        var byKey = Assert.Throws<StorageException>(() => damaged.Get(damaged.Family(A), Key(1)));
        var byIterator = Assert.Throws<StorageException>(() => Entries(damaged, A));
        var byKeys = Assert.Throws<StorageException>(() => damaged.MultiGet(damaged.Family(A), [Key(1), Key(2)]));

        foreach (var error in (StorageException[])[byKey, byIterator, byKeys])
        {
            Assert.Equal(StorageFault.Corruption, error.Fault);
            Assert.Contains(Path.GetFileName(table), error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void P25_A_flipped_byte_in_the_log_is_refused_and_no_synced_batch_is_silently_dropped()
    {
        WriteSynced(40);
        var pristine = _directory.File("pristine");
        Damage.CopyDirectory(_directory.File("live"), pristine);
        var length = new FileInfo(Damage.NewestLog(pristine)).Length;

        var random = new Random(11);
        for (var round = 0; round < 30; round++)
        {
            var copy = _directory.File($"copy{round}");
            Damage.CopyDirectory(pristine, copy);
            var offset = random.NextInt64(length);
            Damage.FlipByte(Damage.NewestLog(copy), offset);
            try
            {
                using var database = Open(copy, A, B);
                AssertWhole(database, 40, $"byte {offset} of {length} flipped");
            }
            catch (StorageException refusal)
            {
                Assert.Equal(StorageFault.Corruption, refusal.Fault);
            }
        }
    }

    [Fact]
    public void P25_A_log_cut_short_yields_whole_batches_only()
    {
        WriteSynced(40);
        var pristine = _directory.File("pristine");
        Damage.CopyDirectory(_directory.File("live"), pristine);
        var length = new FileInfo(Damage.NewestLog(pristine)).Length;

        var random = new Random(13);
        for (var round = 0; round < 20; round++)
        {
            var copy = _directory.File($"copy{round}");
            Damage.CopyDirectory(pristine, copy);
            Damage.Truncate(Damage.NewestLog(copy), random.NextInt64(length));

            using var database = Open(copy, A, B);
            AssertWhole(database, (int)Count(database, A), "cut short");
        }
    }

    private static void AssertWhole(RocksDatabase database, int count, string what)
    {
        var a = Entries(database, A);
        Assert.True(a.Count == count, $"{what}: {a.Count} of {count}");
        Assert.Equal(a.Select(e => e.Key), Entries(database, B).Select(e => e.Value));
        for (var i = 0; i < count; i++) Assert.Equal(NumberedValue((ulong)i), a[i].Value);
    }

    private void WriteSynced(ulong count)
    {
        using var database = Open(_directory.File("live"), A, B);
        using var batch = database.CreateBatch();
        for (var n = 0UL; n < count; n++)
        {
            batch.Clear();
            PutNumbered(database, batch, n);
            database.Write(batch, sync: true);
        }
    }
}
