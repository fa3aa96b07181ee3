using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Storage.Blocks;

/// <summary>A header with its exact bytes and hash.</summary>
public sealed record StoredHeader(BlockHeader Header, ReadOnlyMemory<byte> Bytes, Hash256 Hash);

/// <summary>A transaction on the chain with its result.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Transaction">The transaction; null for a scheduled call, which is none.</param>
/// <param name="Result">What it came to.</param>
public sealed record StoredTransaction(TransactionPlace Place, SignedTransaction? Transaction, TransactionResult Result);

/// <summary>Where a transaction stands.</summary>
/// <param name="Height">Its block.</param>
/// <param name="Position">Its place in the block, from 0. Scheduled calls follow the transactions.</param>
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
/// transaction would not compress. A scheduled call has no transaction beside it, and keeps its id.
/// </summary>
internal static class ResultCodec
{
    public static byte[] Encode(in TransactionResult result, bool scheduled)
    {
        var writer = new CanonicalWriter(16 + result.ContractOutcome.Length);
        writer.UInt64(1, (ulong)result.Refusal);
        writer.UInt64(2, result.FirstLeaf.Value);
        writer.UInt64(3, result.LeafCount);
        writer.Bytes(4, result.ContractOutcome.Span);
        if (scheduled) writer.Hash(5, result.TransactionId);
        return writer.ToArray();
    }

    /// <summary>
    /// Whether what is stored holds a contract's outcome. True for what is no result, which is for readers to report.
    /// </summary>
    public static bool HasOutcome(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        reader.UInt32(1, 1 << 16);
        reader.UInt64(2);
        reader.UInt32(3);
        return !reader.Bytes(4, ContractLimits.OutcomeBytes).IsEmpty || !reader.Ok;
    }

    /// <param name="bytes">What is stored.</param>
    /// <param name="transactionId">The id of the transaction beside it; null where a scheduled call is to be.</param>
    /// <param name="result">The result.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, in Hash256? transactionId, out TransactionResult result)
    {
        var reader = new CanonicalReader(bytes);
        var refusal = (Refusal)reader.UInt32(1, 1 << 16);
        var first = new LogIndex(reader.UInt64(2));
        var count = reader.UInt32(3);
        var outcome = reader.Bytes(4, ContractLimits.OutcomeBytes).ToArray();
        var id = transactionId ?? reader.Hash(5);
        result = new TransactionResult(id, refusal, first, count, outcome);
        return reader.End() && Enum.IsDefined(refusal);
    }
}
