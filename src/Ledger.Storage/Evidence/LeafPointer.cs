using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Storage.Evidence;

/// <summary>
/// What is stored for a leaf of the log: where its record stands, what execution added that cannot be read elsewhere,
/// and its hash. The leaf's bytes are put together from this, the transaction and the header, so that a record lies on
/// disk once. The hash proves that it was done right, and is the log tree's level 0.
/// </summary>
internal readonly record struct LeafPointer(
    BlockHeight Height, uint Position, uint RecordIndex, ulong SubjectSequence, string Member, Hash256 Hash)
{
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(80);
        WriteTo(writer);
        return writer.ToArray();
    }

    public void WriteTo(CanonicalWriter writer)
    {
        writer.UInt64(1, Height.Value);
        writer.UInt64(2, Position);
        writer.UInt64(3, RecordIndex);
        writer.UInt64(4, SubjectSequence);
        writer.Text(5, Member);
        writer.Hash(6, Hash);
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, out LeafPointer pointer)
    {
        var reader = new CanonicalReader(bytes);
        pointer = new LeafPointer(
            new BlockHeight(reader.UInt64(1)),
            reader.UInt32(2),
            reader.UInt32(3, EvidenceLimits.RecordsPerTransaction - 1),
            reader.UInt64(4),
            reader.RequiredText(5, EvidenceLimits.IdentifierBytes),
            reader.Hash(6));
        return reader.End();
    }
}
