using Ledger.Core.Encoding;

namespace Ledger.Client.Submit.Journal;

/// <summary>A batch whose transaction is void is parted in two, or given up.</summary>
/// <param name="Number">The batch's number.</param>
/// <param name="Middle">The last row of the first part; 0 when the batch is given up.</param>
internal readonly record struct JournalSplit(ulong Number, long Middle)
{
    public bool IsAbandon => Middle == 0;

    public static JournalSplit Abandon(ulong number) => new(number, 0);

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(32);
        var start = writer.BeginMessage(4);
        writer.UInt64(1, Number);
        writer.UInt64(2, (ulong)Middle);
        writer.EndMessage(start);
        return writer.ToArray();
    }

    public static JournalSplit? Decode(ReadOnlySpan<byte> content)
    {
        var outer = new CanonicalReader(content);
        var reader = new CanonicalReader(outer.Message(4, 64));
        var value = new JournalSplit(reader.UInt64(1), (long)reader.UInt64(2, long.MaxValue));
        return outer.End() && reader.End() ? value : null;
    }
}
