using Ledger.Storage.RocksDb;
using Ledger.Storage.Tests.Support;
using static Ledger.Storage.Tests.Support.TestDatabase;

namespace Ledger.Storage.Tests.RocksDb;

public sealed class RocksDatabaseTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_was_put_is_read_back_until_it_is_deleted()
    {
        using var database = Open(_directory.Path, A, B);
        database.Put(A, "key"u8, "value"u8);

        Assert.Equal("value"u8.ToArray(), database.Get(database.Family(A), "key"u8));
        Assert.Null(database.Get(database.Family(B), "key"u8));

        using var batch = database.CreateBatch();
        batch.Delete(database.Family(A), "key"u8);
        database.Write(batch, sync: false);
        Assert.False(database.Contains(database.Family(A), "key"u8));
    }

    [Fact]
    public void Empty_keys_and_values_are_values_like_others()
    {
        using var database = Open(_directory.Path, A);
        database.Put(A, [], "of the empty key"u8);
        database.Put(A, "empty"u8, []);

        Assert.Equal("of the empty key"u8.ToArray(), database.Get(database.Family(A), []));
        Assert.Empty(database.Get(database.Family(A), "empty"u8)!);
    }

    [Fact]
    public void A_value_is_lent_without_a_copy()
    {
        using var database = Open(_directory.Path, A);
        database.Put(A, "key"u8, "value"u8);

        var family = database.Family(A);
        var found = database.TryRead(family, "key"u8, 10, static (value, plus) => value.Length + plus, out var length);
        var missing = database.TryRead(family, "none"u8, 10, static (value, plus) => value.Length + plus, out _);

        Assert.True(found);
        Assert.Equal(15, length);
        Assert.False(missing);
    }

    [Fact]
    public void Several_keys_are_read_in_one_call_in_the_order_asked_for()
    {
        using var database = Open(_directory.Path, A);
        for (var number = 0UL; number < 50; number++) database.Put(A, Key(number), NumberedValue(number));
        byte[][] keys = [Key(7), Key(1000), Key(3), [], Key(49)];

        var values = database.MultiGet(database.Family(A), keys);

        Assert.Equal([NumberedValue(7), null, NumberedValue(3), null, NumberedValue(49)], values);
        Assert.Empty(database.MultiGet(database.Family(A), []));
    }

    [Fact]
    public void A_batch_takes_effect_in_every_family_at_once_and_later_operations_win()
    {
        using var database = Open(_directory.Path, A, B);
        using var batch = database.CreateBatch();
        batch.Put(database.Family(A), "x"u8, "first"u8);
        batch.Put(database.Family(B), "y"u8, "other"u8);
        batch.Put(database.Family(A), "x"u8, "second"u8);

        Assert.Equal(3, batch.Count);
        Assert.True(batch.SizeBytes > 20);
        Assert.Null(database.Get(database.Family(A), "x"u8));
        database.Write(batch, sync: true);

        Assert.Equal("second"u8.ToArray(), database.Get(database.Family(A), "x"u8));
        Assert.Equal("other"u8.ToArray(), database.Get(database.Family(B), "y"u8));
    }

    [Fact]
    public void What_lies_below_a_key_is_deleted_and_the_key_is_not()
    {
        using var database = Open(_directory.Path, A);
        foreach (var number in Enumerable.Range(0, 10)) database.Put(A, Key((ulong)number), []);
        using var batch = database.CreateBatch();
        batch.DeleteBelow(database.Family(A), Key(8));
        database.Write(batch, sync: false);

        Assert.Equal([Key(8), Key(9)], Entries(database, A).Select(e => e.Key));
    }

    [Fact]
    public void A_snapshot_sees_the_past_by_key_by_keys_and_by_iterator()
    {
        using var database = Open(_directory.Path, A);
        database.Put(A, "key"u8, "before"u8);
        using var snapshot = database.Snapshot();
        database.Put(A, "key"u8, "after"u8);
        database.Put(A, "new"u8, "after"u8);

        var family = database.Family(A);
        Assert.Equal("before"u8.ToArray(), database.Get(family, "key"u8, snapshot));
        Assert.False(database.Contains(family, "new"u8, snapshot));
        Assert.Equal(
            ["before"u8.ToArray(), null], database.MultiGet(family, ["key"u8.ToArray(), "new"u8.ToArray()], snapshot));
        Assert.Single(Entries(database, A, snapshot: snapshot));
        Assert.Equal("after"u8.ToArray(), database.Get(family, "key"u8));
    }

    [Fact]
    public void Only_synced_writes_are_counted_as_such()
    {
        using var database = Open(_directory.Path, A);
        using var batch = database.CreateBatch();
        batch.Put(database.Family(A), "key"u8, []);

        database.Write(batch, sync: false);
        Assert.Equal(0, database.SyncedWrites);
        database.Write(batch, sync: true);
        database.FlushWal();

        Assert.Equal(2, database.SyncedWrites);
    }

    [Fact]
    public void A_checkpoint_is_a_database_of_that_moment()
    {
        using var database = Open(_directory.File("live"), A);
        database.Put(A, "key"u8, "before"u8);
        database.Checkpoint(_directory.File("copy"));
        database.Put(A, "key"u8, "after"u8);

        using var copy = Open(_directory.File("copy"), A);
        Assert.Equal("before"u8.ToArray(), copy.Get(copy.Family(A), "key"u8));
    }

    [Fact]
    public void A_checkpoint_onto_an_existing_directory_is_refused()
    {
        using var database = Open(_directory.File("live"), A);
        Directory.CreateDirectory(_directory.File("copy"));

        Assert.Throws<StorageException>(() => database.Checkpoint(_directory.File("copy")));
    }

    [Fact]
    public void Properties_tell_size_and_memory_and_unknown_ones_are_null()
    {
        using var database = Open(_directory.Path, A);
        for (var number = 0UL; number < 200; number++) database.Put(A, Key(number), NumberedValue(number));

        Assert.True(database.Property(database.Family(A), "rocksdb.cur-size-all-mem-tables") > 0);
        database.Flush(database.Family(A));
        Assert.True(database.PropertySum("rocksdb.estimate-live-data-size") > 0);
        Assert.Null(database.Property(database.Family(A), "rocksdb.no-such-property"));
    }

    [Fact]
    public void Compaction_keeps_what_is_there()
    {
        using var database = Open(_directory.Path, A);
        for (var round = 0; round < 3; round++)
        {
            database.Put(A, "key"u8, Key((ulong)round));
            database.Flush(database.Family(A));
        }

        database.Compact(database.Family(A));

        Assert.Equal(Key(2), database.Get(database.Family(A), "key"u8));
    }

    [Fact]
    public void A_shared_cache_is_bounded_and_outlives_a_database()
    {
        using var cache = new BlockCache(1 << 20);
        var options = new DatabaseOptions
        {
            Path = _directory.Path,
            Cache = cache,
            Families = new Dictionary<string, FamilyOptions> { [A] = new() },
        };
        using (var database = RocksDatabase.Open(options))
        {
            for (var n = 0UL; n < 20_000; n++) database.Put(A, Key(n), NumberedValue(n));
            database.Flush(database.Family(A));
            Assert.Equal(20_000, Entries(database, A).Count);
            Assert.InRange(cache.UsedBytes, 1, (1 << 20) + (1 << 18));
        }

        Assert.True(cache.UsedBytes >= 0);
    }
}
