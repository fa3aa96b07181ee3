using Ledger.Core.Encoding;

namespace Ledger.Client.Submit.Journal;

/// <summary>Where a journal stood when it was written anew without what had ended.</summary>
/// <param name="Batches">Number of batches so far.</param>
/// <param name="LastRow">The last row that is in a batch.</param>
/// <param name="RecordedRows">Rows whose records are on the chain.</param>
/// <param name="Open">Batches without a certain end; they follow.</param>
/// <param name="Passed">Rows before the last that are in no batch; null for none.</param>
internal readonly record struct JournalSnapshot(
    ulong Batches, long LastRow, long RecordedRows, ulong Open, RowSet? Passed)
{
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(64 + (16 * (Passed?.Ranges.Count ?? 0)));
        var start = writer.BeginMessage(5);
        writer.UInt64(1, Batches);
        writer.UInt64(2, (ulong)LastRow);
        writer.UInt64(3, (ulong)RecordedRows);
        writer.UInt64(4, Open);
        if (Passed is { } passed)
        {
            writer.UInt64(5, (ulong)passed.First);
            writer.UInt64(6, (ulong)passed.Ranges[0].Count);
            passed.WriteGaps(writer, 7);
        }

        writer.EndMessage(start);
        return writer.ToArray();
    }

    public static JournalSnapshot? Decode(ReadOnlySpan<byte> content)
    {
        var outer = new CanonicalReader(content);
        if (!outer.IsNext(5)) return null;
        var reader = new CanonicalReader(outer.Message(5, JournalFile.MaxContent));
        var batches = reader.UInt64(1);
        var last = (long)reader.UInt64(2, long.MaxValue / 2);
        var recorded = (long)reader.UInt64(3, long.MaxValue / 2);
        var open = reader.UInt64(4);
        var (first, count) = (reader.UInt64(5), reader.UInt64(6));
        var passed = RowSet.Read(ref reader, 7, first, count);
        if (!outer.End() || !reader.End() || open > batches) return null;
        if (passed is null ? (first, count) != (0ul, 0ul) : passed.Last >= last) return null;
        return new JournalSnapshot(batches, last, recorded, open, passed);
    }
}
