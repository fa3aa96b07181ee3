using Ledger.Core.Encoding;

namespace Ledger.Client.Submit.Journal;

/// <summary>Where a journal stood when it was written anew without what had ended.</summary>
/// <param name="Batches">Number of batches so far.</param>
/// <param name="LastRow">The last row that is in a batch.</param>
/// <param name="RecordedRows">Rows whose records are on the chain.</param>
/// <param name="Open">Batches without a certain end; they follow.</param>
internal readonly record struct JournalSnapshot(ulong Batches, long LastRow, long RecordedRows, ulong Open)
{
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(64);
        var start = writer.BeginMessage(5);
        writer.UInt64(1, Batches);
        writer.UInt64(2, (ulong)LastRow);
        writer.UInt64(3, (ulong)RecordedRows);
        writer.UInt64(4, Open);
        writer.EndMessage(start);
        return writer.ToArray();
    }

    public static JournalSnapshot? Decode(ReadOnlySpan<byte> content)
    {
        var outer = new CanonicalReader(content);
        if (!outer.IsNext(5)) return null;
        var reader = new CanonicalReader(outer.Message(5, 64));
        var value = new JournalSnapshot(
            reader.UInt64(1), (long)reader.UInt64(2, long.MaxValue), (long)reader.UInt64(3, long.MaxValue),
            reader.UInt64(4));
        return outer.End() && reader.End() && value.Open <= value.Batches ? value : null;
    }
}
