using Ledger.Core.Encoding;

namespace Ledger.Client.Submit.Journal;

/// <summary>Neighbouring rows.</summary>
internal readonly record struct RowRange(long First, long Last)
{
    public long Count => Last - First + 1;
}

/// <summary>The rows of a batch: ascending numbers from 1, as ranges with a gap between any two. Never empty.
/// Immutable.</summary>
internal sealed class RowSet
{
    private readonly RowRange[] _ranges;

    private RowSet(RowRange[] ranges)
    {
        _ranges = ranges;
        foreach (var range in ranges) Count += range.Count;
    }

    public long First => _ranges[0].First;

    public long Last => _ranges[^1].Last;

    /// <summary>Number of rows.</summary>
    public long Count { get; }

    public IReadOnlyList<RowRange> Ranges => _ranges;

    /// <summary>The rows, ascending.</summary>
    public IEnumerable<long> Rows
    {
        get
        {
            foreach (var range in _ranges)
            {
                for (var row = range.First; row <= range.Last; row++) yield return row;
            }
        }
    }

    /// <summary>All rows of a range.</summary>
    public static RowSet Of(long first, long last) => new([new RowRange(first, last)]);

    /// <summary>Rows that are given in ascending order.</summary>
    public static RowSet Of(IEnumerable<long> ascending)
    {
        var ranges = new List<RowRange>();
        foreach (var row in ascending)
        {
            if (ranges.Count > 0 && row == ranges[^1].Last + 1) ranges[^1] = ranges[^1] with { Last = row };
            else ranges.Add(new RowRange(row, row));
        }

        return new RowSet([.. ranges]);
    }

    /// <summary>The row at a place, from 0.</summary>
    public long At(long place)
    {
        foreach (var range in _ranges)
        {
            if (place < range.Count) return range.First + place;
            place -= range.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(place));
    }

    /// <summary>How many of the rows are after one.</summary>
    public long CountAfter(long row) => _ranges.Sum(r => Math.Clamp(r.Last - row, 0, r.Count));

    /// <summary>The rows up to <paramref name="middle"/> and those after it; there must be some of both.</summary>
    public (RowSet UpTo, RowSet After) Split(long middle) => (
        new RowSet([.. _ranges.Where(r => r.First <= middle).Select(r => r with { Last = Math.Min(r.Last, middle) })]),
        new RowSet([.. _ranges.Where(r => r.Last > middle).Select(r => r with { First = Math.Max(r.First, middle + 1) })]));

    public bool Equals(RowSet other) => _ranges.AsSpan().SequenceEqual(other._ranges);

    /// <summary>Writes the ranges after the first, each by its distance from the one before and its length.</summary>
    public void WriteGaps(CanonicalWriter writer, int field)
    {
        for (var i = 1; i < _ranges.Length; i++)
        {
            var start = writer.BeginMessage(field);
            writer.UInt64(1, (ulong)(_ranges[i].First - _ranges[i - 1].Last));
            writer.UInt64(2, (ulong)_ranges[i].Count);
            writer.EndMessage(start);
        }
    }

    /// <summary>Reads them; null where they are no such set.</summary>
    public static RowSet? Read(ref CanonicalReader reader, int field, ulong first, ulong count)
    {
        const ulong most = long.MaxValue / 4;
        if (first is 0 or > most || count is 0 or > most) return null;
        var ranges = new List<RowRange> { new((long)first, (long)(first + count - 1)) };
        while (reader.IsNext(field))
        {
            var inner = new CanonicalReader(reader.Message(field, 32));
            var (distance, length) = (inner.UInt64(1), inner.UInt64(2));
            var last = (ulong)ranges[^1].Last;
            // A distance of 1 would be no gap.
            if (!inner.End() || distance is < 2 or > most || length is 0 or > most || last > most) return null;
            ranges.Add(new RowRange((long)(last + distance), (long)(last + distance + length - 1)));
        }

        return new RowSet([.. ranges]);
    }
}
