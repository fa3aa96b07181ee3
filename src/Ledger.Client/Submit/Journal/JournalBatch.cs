using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Client.Submit.Journal;

/// <summary>
/// Rows that travel in one transaction. A batch that was signed anew has the same number and another transaction.
/// </summary>
/// <param name="Number">The batch's number, from 1.</param>
/// <param name="FirstRow">Its first row.</param>
/// <param name="LastRow">Its last row.</param>
/// <param name="Transaction">The signed transaction.</param>
internal sealed record JournalBatch(ulong Number, long FirstRow, long LastRow, SignedTransaction Transaction)
{
    public long Rows => LastRow - FirstRow + 1;

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Transaction.Encoded.Length + 64);
        var start = writer.BeginMessage(2);
        writer.UInt64(1, Number);
        writer.UInt64(2, (ulong)FirstRow);
        writer.UInt64(3, (ulong)LastRow);
        writer.Bytes(4, Transaction.Encoded.Span);
        writer.EndMessage(start);
        return writer.ToArray();
    }

    public static JournalBatch? Decode(ReadOnlySpan<byte> content, Core.Crypto.HashFunction hash)
    {
        var outer = new CanonicalReader(content);
        var reader = new CanonicalReader(outer.Message(2, JournalFile.MaxContent));
        var number = reader.UInt64(1);
        var first = reader.UInt64(2, long.MaxValue);
        var last = reader.UInt64(3, long.MaxValue);
        var encoded = reader.Bytes(4, JournalFile.MaxContent).ToArray();
        return outer.End() && reader.End() && first > 0 && last >= first
            && SignedTransaction.TryDecode(encoded, hash, out var transaction, out _)
            ? new JournalBatch(number, (long)first, (long)last, transaction)
            : null;
    }
}
