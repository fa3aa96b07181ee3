using System.Runtime.CompilerServices;
using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb;
using Ledger.Storage.RocksDb.Native;
using Ledger.Storage.Tests.Support;
using static Ledger.Storage.Tests.Support.TestDatabase;

namespace Ledger.Storage.Tests.RocksDb;

public sealed class LifetimeTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_database_opens_again_with_what_it_held()
    {
        using (var database = Open(_directory.Path, A)) database.Put(A, "key"u8, "value"u8);

        using var again = Open(_directory.Path, A);
        Assert.Equal("value"u8.ToArray(), again.Get(again.Family(A), "key"u8));
    }

    [Fact]
    public void Families_on_disk_that_nobody_asked_for_are_opened_and_new_ones_made()
    {
        using (var database = Open(_directory.Path, A)) database.Put(A, "key"u8, "value"u8);

        using var again = Open(_directory.Path, B);
        Assert.Equal(["a", "b", "default"], again.Families.Select(f => f.Name).Order());
        Assert.Equal("value"u8.ToArray(), again.Get(again.Family(A), "key"u8));
        Assert.Throws<StorageException>(() => again.Family("c"));
    }

    [Fact]
    public void A_second_opening_in_this_process_is_refused_in_plain_words()
    {
        using var database = Open(_directory.Path, A);

        var refusal = Assert.Throws<StorageException>(() => Open(_directory.Path, A));

        Assert.Equal(StorageFault.Locked, refusal.Fault);
        Assert.Contains("already has the database", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_another_process_has_open_is_refused_in_plain_words()
    {
        using var holder = ChildProcess.Start(ChildRoles.HoldOpen, _directory.Path);
        Assert.NotNull(holder.ReadAcknowledgement());

        var refusal = Assert.Throws<StorageException>(() => Open(_directory.Path, A));

        Assert.Equal(StorageFault.Locked, refusal.Fault);
        Assert.Contains("Another process has the database", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_only_opening_needs_no_lock_and_refuses_writes()
    {
        using var database = Open(_directory.Path, A);
        database.Put(A, "key"u8, "value"u8);
        database.FlushWal();

        using var reader = RocksDatabase.Open(new DatabaseOptions
        {
            Path = _directory.Path,
            Families = new Dictionary<string, FamilyOptions>(),
            ReadOnly = true,
        });

        Assert.Equal("value"u8.ToArray(), reader.Get(reader.Family(A), "key"u8));
        Assert.Throws<StorageException>(() => reader.Put(A, "key"u8, "other"u8));
    }

    [Fact]
    public void Read_only_opening_of_nothing_is_refused_and_makes_nothing()
    {
        var nothing = _directory.File("nothing");

        Assert.Throws<StorageException>(() => RocksDatabase.Open(new DatabaseOptions
        {
            Path = nothing,
            Families = new Dictionary<string, FamilyOptions>(),
            ReadOnly = true,
        }));
        Assert.False(Directory.Exists(nothing));
    }

    [Fact]
    public void Using_a_closed_database_is_an_error_and_never_a_crash()
    {
        var database = Open(_directory.Path, A);
        var family = database.Family(A);
        var batch = database.CreateBatch();
        database.Dispose();
        database.Dispose();

        Assert.Throws<ObjectDisposedException>(() => database.Get(family, "key"u8));
        Assert.Throws<ObjectDisposedException>(() => database.CreateBatch());
        Assert.Throws<ObjectDisposedException>(() => batch.Put(family, "key"u8, []));
        Assert.Throws<ObjectDisposedException>(() => database.Write(batch, sync: false));
        Assert.Throws<ObjectDisposedException>(() => database.Iterate(family));
        Assert.Throws<ObjectDisposedException>(() => database.Snapshot());
        batch.Dispose();
    }

    [Fact]
    public void An_iterator_that_outlives_its_database_still_walks_and_then_lets_go_of_the_lock()
    {
        var database = Open(_directory.Path, A);
        database.Put(A, "key"u8, "value"u8);
        var iterator = database.Iterate(database.Family(A));
        database.Dispose();

        Assert.True(iterator.SeekToFirst());
        Assert.Equal("value"u8.ToArray(), iterator.Value.ToArray());
        iterator.Dispose();

        using var again = Open(_directory.Path, A);
        Assert.Equal(1UL, Count(again, A));
    }

    [Fact]
    public void What_nobody_disposed_the_finalizer_frees_in_any_order()
    {
        for (var round = 0; round < 5; round++)
        {
            Abandon(_directory.Path);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        // The lock is free: every native object was released.
        using var again = Open(_directory.Path, A);
        Assert.Equal(1UL, Count(again, A));
    }

    [Fact]
    public void A_missing_library_says_which_package_to_install()
    {
        var none = Assert.Throws<DllNotFoundException>(() => RocksLibrary.Load(null, ["libnone.so.1"]));
        var wrong = Assert.Throws<DllNotFoundException>(() => RocksLibrary.Load(_directory.File("none.so"), []));

        Assert.Contains("apt install librocksdb7.8", none.Message, StringComparison.Ordinal);
        Assert.Contains(RocksLibrary.PathVariable, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_without_the_functions_needed_is_called_too_old()
    {
        var refusal = Assert.Throws<DllNotFoundException>(() => RocksLibrary.Load(null, ["libc.so.6"]));

        Assert.Contains("older than RocksDB 7.8", refusal.Message, StringComparison.Ordinal);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(string path)
    {
        var database = Open(path, A);
        database.Put(A, "key"u8, "value"u8);
        var snapshot = database.Snapshot();
        for (var i = 0; i < 10; i++)
        {
            var iterator = database.Iterate(database.Family(A), KeyRange.Prefix("k"u8), snapshot);
            iterator.SeekToFirst();
            database.CreateBatch().Put(database.Family(A), "other"u8, []);
        }
    }
}
