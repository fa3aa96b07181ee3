using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Tests.Support;
using static Ledger.Storage.Tests.Support.TestDatabase;

namespace Ledger.Storage.Tests.RocksDb;

public sealed class RocksIteratorTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly RocksDatabase _database;

    public RocksIteratorTests()
    {
        _database = Open(_directory.Path, A);
        foreach (var key in (byte[][])[[1], [1, 0], [1, 0xff], [2], [2, 5], [0xff], [0xff, 0xff], [0xff, 0xff, 1]])
        {
            _database.Put(A, key, key);
        }
    }

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_prefix_holds_its_keys_and_no_others()
    {
        Assert.Equal([[1], [1, 0], [1, 0xff]], Keys(KeyRange.Prefix([1])));
        Assert.Equal([[1, 0xff]], Keys(KeyRange.Prefix([1, 0xff])));
        Assert.Equal([[0xff, 0xff], [0xff, 0xff, 1]], Keys(KeyRange.Prefix([0xff, 0xff])));
        Assert.Equal([], Keys(KeyRange.Prefix([3])));
        Assert.Equal(8, Keys(KeyRange.Prefix([])).Count);
    }

    [Fact]
    public void A_range_includes_its_start_and_excludes_its_end() =>
        Assert.Equal([[1, 0], [1, 0xff], [2]], Keys(new KeyRange(new byte[] { 1, 0 }, new byte[] { 2, 5 })));

    [Fact]
    public void Backwards_stays_within_the_bounds()
    {
        using var iterator = _database.Iterate(_database.Family(A), KeyRange.Prefix([1]));
        var keys = new List<byte[]>();
        for (var more = iterator.SeekToLast(); more; more = iterator.MovePrevious()) keys.Add(iterator.Key.ToArray());

        Assert.Equal([[1, 0xff], [1, 0], [1]], keys);
    }

    [Fact]
    public void Seeking_finds_the_neighbour_in_each_direction()
    {
        using var iterator = _database.Iterate(_database.Family(A));

        Assert.True(iterator.Seek([1, 1]));
        Assert.Equal([1, 0xff], iterator.Key.ToArray());
        Assert.True(iterator.SeekForPrevious([1, 1]));
        Assert.Equal([1, 0], iterator.Value.ToArray());
        Assert.False(iterator.SeekForPrevious([0]));
        Assert.False(iterator.Valid);
    }

    [Fact]
    public void An_iterator_that_stands_nowhere_has_no_key()
    {
        using var iterator = _database.Iterate(_database.Family(A));

        Assert.Throws<InvalidOperationException>(() => iterator.Key.Length);
        Assert.Throws<InvalidOperationException>(() => iterator.MoveNext());
        Assert.Throws<InvalidOperationException>(() => iterator.MovePrevious());
    }

    [Fact]
    public void An_iterator_does_not_see_writes_made_after_it()
    {
        using var iterator = _database.Iterate(_database.Family(A), KeyRange.Prefix([2]));
        _database.Put(A, [2, 6], []);

        var count = 0;
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext()) count++;

        Assert.Equal(2, count);
    }

    private List<byte[]> Keys(KeyRange range) => [.. Entries(_database, A, range).Select(e => e.Key)];
}
