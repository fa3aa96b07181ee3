using System.Buffers.Binary;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.State;
using Ledger.Node.Execution;

namespace Ledger.Node.Tests.Execution;

public sealed class TimelineCacheTests
{
    private readonly TimelineCache _cache = new();

    [Fact]
    public void The_newest_entry_is_found_and_no_other()
    {
        for (var i = 0; i < 10_000; i++) _cache.Set(Path(i), Head(i, 1));
        for (var i = 0; i < 10_000; i += 2) _cache.Set(Path(i), Head(i, 2));

        // Of 10,000 keys in 16,384 sets of eight none had to give way.
        for (var i = 0; i < 10_000; i++) Assert.Equal(Head(i, i % 2 == 0 ? 2UL : 1), _cache.Find(Path(i)));
        Assert.Null(_cache.Find(Path(10_000)));
    }

    [Fact]
    public void Of_two_full_sets_one_entry_gives_way_and_it_is_of_those_appended_to_longest_ago()
    {
        // All in the same two sets, and different in what follows: the first eight fill one, the next the other.
        for (var i = 0; i < 16; i++) _cache.Set(InTwoSets(i), Head(i, 1));
        for (var i = 0; i < 16; i++) Assert.NotNull(_cache.Find(InTwoSets(i)));

        _cache.Set(InTwoSets(16), Head(16, 1));

        Assert.NotNull(_cache.Find(InTwoSets(16)));
        Assert.Equal(7, Enumerable.Range(0, 8).Count(i => _cache.Find(InTwoSets(i)) is not null));
        Assert.Equal(8, Enumerable.Range(8, 8).Count(i => _cache.Find(InTwoSets(i)) is not null));
    }

    [Fact]
    public void A_key_whose_sets_are_one_has_half_the_room_and_keeps_the_rest()
    {
        for (var i = 0; i < 9; i++) _cache.Set(InOneSet(i), Head(i, 1));

        Assert.NotNull(_cache.Find(InOneSet(8)));
        Assert.Equal(8, Enumerable.Range(0, 9).Count(i => _cache.Find(InOneSet(i)) is not null));
    }

    private static Hash256 Path(int n) => Sha256.Instance.Hash(BitConverter.GetBytes(n));

    private static Hash256 InOneSet(int n)
    {
        var bytes = new byte[Hash256.Size];
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), n);
        return new Hash256(bytes);
    }

    // The first four bytes lead to one set and the next four to the other.
    private static Hash256 InTwoSets(int n)
    {
        var bytes = InOneSet(n).ToArray();
        bytes[sizeof(uint)] = 1;
        return new Hash256(bytes);
    }

    private static TimelineHead Head(int n, ulong sequence) => new(sequence, Path(-1 - n), new LogIndex((ulong)n));
}
