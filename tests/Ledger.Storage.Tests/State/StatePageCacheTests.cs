using System.Buffers.Binary;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Storage.State;

namespace Ledger.Storage.Tests.State;

public sealed class StatePageCacheTests
{
    private const int PageBytes = 96;

    // With what an entry takes beside its page, so that 100 may be changed and 150 are held.
    private const int EntryBytes = 200;

    private readonly Disk _disk = new();
    private readonly StatePageCache _cache;
    private readonly byte[] _buffer = new byte[StateTree.MaxPageSize];

    public StatePageCacheTests() => _cache = new StatePageCache(_disk, 100 * EntryBytes);

    [Fact]
    public void Changed_pages_stay_until_they_are_written_however_many_others_are_read()
    {
        _cache.Add([.. Enumerable.Range(0, 120).Select(n => new StatePageWrite(Key(n), new byte[PageBytes]))], 120);

        Read(1_000, 2_000);
        Assert.Equal(2_000, _disk.Reads);
        Read(0, 120);
        Assert.Equal(2_000, _disk.Reads);
        Assert.True(_cache.IsFull);

        _cache.Written();
        Read(3_000, 2_000);
        Read(0, 120);
        Assert.Equal(4_120, _disk.Reads);
    }

    [Fact]
    public void What_was_used_longest_ago_makes_room_first()
    {
        Read(0, 100);
        for (var i = 0; i < 3; i++) _cache.Written();
        Read(1_000, 50);
        Assert.Equal(150, _disk.Reads);

        // One too many: an eighth of all goes, and it is of the first hundred.
        Read(2_000, 1);
        Read(1_000, 50);
        Assert.Equal(151, _disk.Reads);
        Read(0, 100);
        Assert.InRange(_disk.Reads, 151 + 19, 151 + 100);
    }

    [Fact]
    public void A_page_that_a_block_removed_is_absent_before_it_is_written_and_after()
    {
        Read(7, 1);
        _cache.Add([new StatePageWrite(Key(7), null)], 1);

        Assert.Equal(-1, _cache.ReadPage(Key(7), _buffer));
        _cache.Written();
        Assert.Equal(-1, _cache.ReadPage(Key(7), _buffer));
        Assert.Equal(1, _disk.Reads);
    }

    private void Read(int first, int count)
    {
        for (var n = first; n < first + count; n++) Assert.Equal(PageBytes, _cache.ReadPage(Key(n), _buffer));
    }

    private static StatePageKey Key(int n)
    {
        var path = new byte[Hash256.Size];
        BinaryPrimitives.WriteInt32BigEndian(path, n);
        return StatePageKey.On(new Hash256(path), 8);
    }

    private sealed class Disk : IStateNodes
    {
        public int Reads { get; private set; }

        public int ReadPage(in StatePageKey key, Span<byte> destination)
        {
            Reads++;
            return PageBytes;
        }
    }
}
