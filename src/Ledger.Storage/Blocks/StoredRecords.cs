using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Storage.Blocks;

/// <summary>A header with its exact bytes and hash.</summary>
public sealed record StoredHeader(BlockHeader Header, ReadOnlyMemory<byte> Bytes, Hash256 Hash);

/// <summary>A transaction on the chain with its result.</summary>
public sealed record StoredTransaction(TransactionPlace Place, SignedTransaction Transaction, TransactionResult Result);

/// <summary>Where a transaction stands.</summary>
/// <param name="Height">Its block.</param>
/// <param name="Position">Its place in the block, from 0.</param>
public readonly record struct TransactionPlace(BlockHeight Height, uint Position)
{
    internal byte[] Encode()
    {
        var writer = new CanonicalWriter(16);
        writer.UInt64(1, Height.Value);
        writer.UInt64(2, Position);
        return writer.ToArray();
    }

    internal static bool TryDecode(ReadOnlySpan<byte> bytes, out TransactionPlace place)
    {
        var reader = new CanonicalReader(bytes);
        place = new TransactionPlace(new BlockHeight(reader.UInt64(1)), reader.UInt32(2));
        return reader.End();
    }
}

/// <summary>
/// A result as it is stored: without the transaction's id, which the transaction beside it yields. Those 34 bytes a
/// transaction would not compress.
/// </summary>
internal static class ResultCodec
{
    public static byte[] Encode(in TransactionResult result)
    {
        var writer = new CanonicalWriter(16);
        writer.UInt64(1, (ulong)result.Refusal);
        writer.UInt64(2, result.FirstLeaf.Value);
        writer.UInt64(3, result.LeafCount);
        return writer.ToArray();
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, in Hash256 transactionId, out TransactionResult result)
    {
        var reader = new CanonicalReader(bytes);
        var refusal = (Refusal)reader.UInt32(1, 1 << 16);
        result = new TransactionResult(transactionId, refusal, new LogIndex(reader.UInt64(2)), reader.UInt32(3));
        return reader.End() && Enum.IsDefined(refusal);
    }
}
