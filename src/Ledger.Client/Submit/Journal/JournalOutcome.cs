using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Client.Submit.Journal;

/// <summary>The certain end of a batch's transaction: it was recorded, or it never can be.</summary>
/// <param name="Number">The batch's number.</param>
/// <param name="TransactionId">The transaction; a batch that was signed anew has had several.</param>
/// <param name="Recorded">Whether its records are on the chain.</param>
/// <param name="Height">The block, when recorded.</param>
/// <param name="FirstLeaf">The log index of the first record, when recorded.</param>
internal readonly record struct JournalOutcome(
    ulong Number, Hash256 TransactionId, bool Recorded, ulong Height, ulong FirstLeaf)
{
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(96);
        var start = writer.BeginMessage(3);
        writer.UInt64(1, Number);
        writer.Hash(2, TransactionId);
        writer.Bool(3, Recorded);
        writer.UInt64(4, Height);
        writer.UInt64(5, FirstLeaf);
        writer.EndMessage(start);
        return writer.ToArray();
    }

    public static JournalOutcome? Decode(ReadOnlySpan<byte> content)
    {
        var outer = new CanonicalReader(content);
        var reader = new CanonicalReader(outer.Message(3, 256));
        var value = new JournalOutcome(
            reader.UInt64(1), reader.Hash(2), reader.Bool(3), reader.UInt64(4), reader.UInt64(5));
        return outer.End() && reader.End() ? value : null;
    }
}
