using System.Buffers.Binary;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.State;

namespace Ledger.Node.Execution;

/// <summary>
/// The newest entries of the timelines that blocks appended to lately: looking one up in the database costs several
/// times what the rest of the execution of its record does.
/// </summary>
/// <remarks>
/// A table of sets of eight, of which a key's path names two: nearly all places are then in use before an entry has to
/// give way. Of two of a full pair, taken at random, the one that was appended to longer ago does: what is used no more
/// goes first, and subjects that come round in turn do not drive each other out one by one, as they would by age.
/// Not thread-safe: the executor's. Bound: <see cref="Sets"/> times <see cref="Ways"/> entries of 80 bytes, 10 MiB;
/// memory is taken as it is used, and the collector has nothing to follow.
/// </remarks>
internal sealed class TimelineCache
{
    private const int Ways = 8;
    private const int Sets = 1 << 14;

    private readonly Entry[] _entries = new Entry[Sets * Ways];

    // Of a linear congruential generator: which entry gives way concerns nobody but this cache.
    private uint _random = 1;

    /// <summary>The newest entry of a timeline; null when it is not at hand.</summary>
    public TimelineHead? Find(in Hash256 path) => FindIn(FirstSet(path), path) ?? FindIn(SecondSet(path), path);

    /// <summary>Keeps the newest entry of a timeline.</summary>
    public void Set(in Hash256 path, in TimelineHead head)
    {
        var entry = new Entry(path, head.LeafHash, head.Sequence, head.Index.Value);
        var first = FirstSet(path);
        var second = SecondSet(path);
        if (TryPlace(first, path, entry, intoEmpty: false) || TryPlace(second, path, entry, intoEmpty: false)) return;
        if (TryPlace(first, path, entry, intoEmpty: true) || TryPlace(second, path, entry, intoEmpty: true)) return;
        _random = unchecked((_random * 1_664_525) + 1_013_904_223);
        ref var one = ref first[(int)(_random >> 29)];
        ref var other = ref second[(int)((_random >> 26) & (Ways - 1))];
        if (one.Index <= other.Index) one = entry;
        else other = entry;
    }

    private static TimelineHead? FindIn(ReadOnlySpan<Entry> set, in Hash256 path)
    {
        foreach (ref readonly var entry in set)
        {
            if (entry.Path == path && entry.Sequence > 0)
                return new TimelineHead(entry.Sequence, entry.LeafHash, new LogIndex(entry.Index));
        }

        return null;
    }

    private static bool TryPlace(Span<Entry> set, in Hash256 path, in Entry entry, bool intoEmpty)
    {
        foreach (ref var place in set)
        {
            if (place.Sequence == 0 ? !intoEmpty : place.Path != path) continue;
            place = entry;
            return true;
        }

        return false;
    }

    private Span<Entry> FirstSet(in Hash256 path) => SetOf(path, 0);

    private Span<Entry> SecondSet(in Hash256 path) => SetOf(path, sizeof(uint));

    private Span<Entry> SetOf(in Hash256 path, int place)
    {
        var set = (int)(BinaryPrimitives.ReadUInt32LittleEndian(path.AsSpan()[place..]) % Sets);
        return _entries.AsSpan(set * Ways, Ways);
    }

    // An entry of a timeline is numbered from 1: 0 is an empty place.
    private readonly record struct Entry(Hash256 Path, Hash256 LeafHash, ulong Sequence, ulong Index);
}
