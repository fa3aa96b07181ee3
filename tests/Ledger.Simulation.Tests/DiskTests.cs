using Ledger.Simulation.Disk;
using Ledger.Storage;
using Ledger.Storage.KeyValue;
using Ledger.Testing.Consensus;

namespace Ledger.Simulation.Tests;

/// <summary>The simulated disk is a database, and loses what a disk may lose and nothing else.</summary>
public class DiskTests
{
    private readonly DiskImage _image = new("disk");
    private readonly SplitMix64 _random = new(7);

    [Fact]
    public void It_answers_as_an_ordered_map_does()
    {
        var model = new SortedDictionary<string, byte>(StringComparer.Ordinal);
        using var database = Open();
        for (var step = 0; step < 2000; step++)
        {
            var key = ((char)('a' + _random.Below(26))).ToString() + (char)('a' + _random.Below(26));
            using var batch = database.CreateBatch();
            if (_random.Chance(700))
            {
                var value = (byte)_random.Below(256);
                batch.Put(database.Family("a"), Bytes(key), [value]);
                model[key] = value;
            }
            else if (_random.Chance(900))
            {
                batch.Delete(database.Family("a"), Bytes(key));
                model.Remove(key);
            }
            else
            {
                var end = (char)('a' + _random.Below(5)) + key[1..];
                batch.DeleteBelow(database.Family("a"), Bytes(end));
                foreach (var gone in model.Keys.TakeWhile(k => string.CompareOrdinal(k, end) < 0).ToList())
                    model.Remove(gone);
            }

            database.Write(batch, sync: step % 3 == 0);
        }

        Assert.Equal(model.Keys, Keys(database));
        Assert.Equal(model.Keys.Where(k => k[0] == 'k'), Keys(database, "k"));
        Assert.Equal(model.Keys.Reverse(), KeysBackwards(database));
        Assert.All(model, e => Assert.Equal([e.Value], database.Get(database.Family("a"), Bytes(e.Key))!));
        Assert.Empty(Keys(database, family: "b"));
    }

    [Fact]
    public void A_snapshot_stays_as_it_was()
    {
        using var database = Open();
        Put(database, "k", 1, sync: false);
        using var snapshot = database.Snapshot();
        Put(database, "k", 2, sync: true);

        Assert.Equal([1], database.Get(database.Family("a"), "k"u8, snapshot)!);
        Assert.Equal([2], database.Get(database.Family("a"), "k"u8)!);
    }

    [Fact]
    public void Power_loss_takes_unsynced_batches_from_the_end_and_no_synced_one()
    {
        var survivors = new HashSet<int>();
        for (ulong seed = 0; seed < 60; seed++)
        {
            var image = new DiskImage("disk");
            using var database = new SimDatabase(image, ["a", "b"]);
            for (byte i = 0; i < 8; i++) Put(database, "k" + i, i, sync: i == 3);

            image.LosePower(new SplitMix64(seed));

            var kept = Keys(database);
            Assert.Equal(Enumerable.Range(0, kept.Count).Select(i => "k" + i), kept);
            survivors.Add(kept.Count);
        }

        Assert.Equal([4, 5, 6, 7, 8], survivors.Order());
    }

    [Theory]
    [InlineData((int)CrashPoint.BeforeWrite, false, false)]
    [InlineData((int)CrashPoint.BeforeSync, true, false)]
    [InlineData((int)CrashPoint.BeforeAcknowledgement, true, true)]
    public void A_node_can_die_at_each_point_of_a_write(int point, bool isWritten, bool isSynced)
    {
        using var database = Open();
        Put(database, "before", 0, sync: true);
        _image.CrashIn(0, (CrashPoint)point);

        Assert.Throws<NodeDiedException>(() => Put(database, "k", 1, sync: true));

        Assert.Equal(isWritten, database.Contains(database.Family("a"), "k"u8));
        var syncs = _image.Syncs;
        Assert.Equal(isSynced ? 2 : 1, syncs);
        Put(database, "after", 2, sync: true);
    }

    [Fact]
    public void P25_truncation_takes_synced_batches_too()
    {
        using var database = Open();
        for (byte i = 0; i < 6; i++) Put(database, "k" + i, i, sync: true);

        Assert.Equal(2, _image.Truncate(2));

        Assert.Equal(["k0", "k1", "k2", "k3"], Keys(database));
    }

    [Fact]
    public void A_rotten_value_is_an_error_where_there_are_checksums_and_other_bytes_where_there_are_none()
    {
        using var database = Open();
        Put(database, "k", 1, sync: true);
        Assert.True(_image.Rot(_random, checksummed: false, SimDatabase.NextBatch(), out _));
        Assert.NotEqual([1], database.Get(database.Family("a"), "k"u8)!);

        Assert.True(_image.Rot(_random, checksummed: true, SimDatabase.NextBatch(), out _));
        var error = Assert.Throws<StorageException>(() => database.Get(database.Family("a"), "k"u8));
        Assert.Equal(StorageFault.Corruption, error.Fault);
    }

    [Fact]
    public void A_full_disk_takes_nothing()
    {
        using var database = Open();
        _image.IsFull = true;

        Assert.Throws<StorageException>(() => Put(database, "k", 1, sync: true));

        _image.IsFull = false;
        Assert.Empty(Keys(database));
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static void Put(SimDatabase database, string key, byte value, bool sync)
    {
        using var batch = database.CreateBatch();
        batch.Put(database.Family("a"), Bytes(key), [value]);
        database.Write(batch, sync);
    }

    private static List<string> Keys(SimDatabase database, string prefix = "", string family = "a")
    {
        using var iterator = database.Iterate(database.Family(family), KeyRange.Prefix(Bytes(prefix)));
        var keys = new List<string>();
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
            keys.Add(System.Text.Encoding.UTF8.GetString(iterator.Key));
        return keys;
    }

    private static List<string> KeysBackwards(SimDatabase database)
    {
        using var iterator = database.Iterate(database.Family("a"));
        var keys = new List<string>();
        for (var more = iterator.SeekToLast(); more; more = iterator.MovePrevious())
            keys.Add(System.Text.Encoding.UTF8.GetString(iterator.Key));
        return keys;
    }

    private SimDatabase Open() => new(_image, ["a", "b"]);
}
