using Ledger.Storage.RocksDb;
using Ledger.Storage.Tests.Support;
using static Ledger.Storage.Tests.Support.TestDatabase;

namespace Ledger.Storage.Tests.RocksDb;

/// <summary>Families that remember where the last key was inserted hold what they are told, in any order.</summary>
public sealed class AscendingTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void What_is_inserted_in_and_out_of_order_among_deleted_ranges_is_what_a_model_holds(int seed, bool sorted)
    {
        var random = new Random(seed);
        var model = new SortedDictionary<ulong, byte>();
        using (var database = Open())
        {
            var family = database.Family(A);
            using var batch = database.CreateBatch();
            for (var round = 0; round < 200; round++)
            {
                batch.Clear();
                // As the store does when it starts anew: everything from the empty key on, and keys in the same batch.
                if (round % 50 == 49)
                {
                    var end = (ulong)random.NextInt64() << 1;
                    batch.DeleteBelow(family, Key(end));
                    foreach (var gone in model.Keys.Where(k => k < end).ToList()) model.Remove(gone);
                }

                var keys = Enumerable.Range(0, 60).Select(_ => (ulong)random.NextInt64() << 1).Append(7UL).ToList();
                if (sorted) keys.Sort();
                foreach (var key in keys)
                {
                    if (random.Next(8) == 0 && model.Count > 0)
                    {
                        batch.Delete(family, Key(key));
                        model.Remove(key);
                        continue;
                    }

                    batch.Put(family, Key(key), [(byte)round]);
                    model[key] = (byte)round;
                }

                database.Write(batch, sync: false);
                if (round % 20 == 0) AssertHolds(database, model);
            }

            AssertHolds(database, model);
        }

        using var again = Open();
        AssertHolds(again, model);
    }

    [Fact]
    public void The_library_was_told_to_remember_for_these_families_and_no_others()
    {
        using (Open())
        {
        }

        var newest = Directory.EnumerateFiles(_directory.Path, "OPTIONS-*").Max(StringComparer.Ordinal)!;
        var told = new List<string>();
        var family = "";
        foreach (var line in File.ReadLines(newest).Select(l => l.Trim()))
        {
            if (line.StartsWith("[CFOptions ", StringComparison.Ordinal)) family = line.Split('"')[1];
            if (line == "memtable_insert_with_hint_prefix_extractor=rocksdb.FixedPrefix.1") told.Add(family);
        }

        Assert.Equal([A], told);
    }

    private RocksDatabase Open() => RocksDatabase.Open(new DatabaseOptions
    {
        Path = _directory.Path,
        Families = new Dictionary<string, FamilyOptions>
        {
            [A] = new() { Ascending = true, PointLookups = true },
            [B] = new(),
        },
    });

    private static void AssertHolds(RocksDatabase database, SortedDictionary<ulong, byte> model)
    {
        var held = Entries(database, A);
        Assert.Equal(model.Select(m => (Convert.ToHexString(Key(m.Key)), m.Value)),
            held.Select(h => (Convert.ToHexString(h.Key), h.Value[0])));
        foreach (var (key, value) in model.Take(50)) Assert.Equal([value], database.Get(database.Family(A), Key(key))!);
    }
}
