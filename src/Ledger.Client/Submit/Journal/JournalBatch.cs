using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Client.Submit.Journal;

/// <summary>
/// Rows that travel in one transaction. A batch that was signed anew has the same number and another transaction.
/// </summary>
/// <param name="Number">The batch's number, from 1.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Transaction">The signed transaction.</param>
internal sealed record JournalBatch(ulong Number, RowSet Rows, SignedTransaction Transaction)
{
    public long FirstRow => Rows.First;

    public long LastRow => Rows.Last;

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Transaction.Encoded.Length + 64 + (16 * Rows.Ranges.Count));
        var start = writer.BeginMessage(2);
        writer.UInt64(1, Number);
        writer.UInt64(2, (ulong)FirstRow);
        writer.UInt64(3, (ulong)Rows.Ranges[0].Count);
        writer.Bytes(4, Transaction.Encoded.Span);
        Rows.WriteGaps(writer, 5);
        writer.EndMessage(start);
        return writer.ToArray();
    }

    public static JournalBatch? Decode(ReadOnlySpan<byte> content, Core.Crypto.HashFunction hash)
    {
        var outer = new CanonicalReader(content);
        var reader = new CanonicalReader(outer.Message(2, JournalFile.MaxContent));
        var number = reader.UInt64(1);
        var (first, count) = (reader.UInt64(2), reader.UInt64(3));
        var encoded = reader.Bytes(4, JournalFile.MaxContent).ToArray();
        return RowSet.Read(ref reader, 5, first, count) is { } rows && outer.End() && reader.End()
            && SignedTransaction.TryDecode(encoded, hash, out var transaction, out _)
            ? new JournalBatch(number, rows, transaction)
            : null;
    }
}
