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
/// A table of sets of eight, found by the key's path; one of a full set gives way at random, because the least recently
/// used is the wrong one when subjects come round in turn. Not thread-safe: the executor's. Bound: <see cref="Sets"/>
/// times <see cref="Ways"/> entries of 80 bytes, 10 MiB; memory is taken as it is used, and the collector has nothing
/// to follow.
/// </remarks>
internal sealed class TimelineCache
{
    private const int Ways = 8;
    private const int Sets = 1 << 14;

    private readonly Entry[] _entries = new Entry[Sets * Ways];

    // Of a linear congruential generator: which entry gives way concerns nobody but this cache.
    private uint _random = 1;

    /// <summary>The newest entry of a timeline; null when it is not at hand.</summary>
    public TimelineHead? Find(in Hash256 path)
    {
        foreach (ref readonly var entry in SetOf(path))
        {
            if (entry.Path == path && entry.Sequence > 0)
                return new TimelineHead(entry.Sequence, entry.LeafHash, new LogIndex(entry.Index));
        }

        return null;
    }

    /// <summary>Keeps the newest entry of a timeline.</summary>
    public void Set(in Hash256 path, in TimelineHead head)
    {
        var set = SetOf(path);
        var place = 0;
        while (place < Ways && set[place].Sequence > 0 && set[place].Path != path) place++;
        if (place == Ways)
        {
            _random = unchecked((_random * 1_664_525) + 1_013_904_223);
            place = (int)(_random >> 29);
        }

        set[place] = new Entry(path, head.LeafHash, head.Sequence, head.Index.Value);
    }

    private Span<Entry> SetOf(in Hash256 path)
    {
        var set = (int)(BinaryPrimitives.ReadUInt32LittleEndian(path.AsSpan()) % Sets);
        return _entries.AsSpan(set * Ways, Ways);
    }

    // An entry of a timeline is numbered from 1: 0 is an empty place.
    private readonly record struct Entry(Hash256 Path, Hash256 LeafHash, ulong Sequence, ulong Index);
}
