using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Node.Wire;

/// <summary>
/// A block as a peer serves it. Nothing in it is trusted before it was checked. One without a certificate of its own is
/// certified by a later one of the same answer, whose chain of hashes reaches it.
/// </summary>
internal sealed record SyncBlock(
    ReadOnlyMemory<byte> HeaderBytes,
    QuorumCertificate? Certificate,
    IReadOnlyList<ReadOnlyMemory<byte>> Transactions);

/// <summary>
/// Messages of protocol <c>/ledger/sync/1</c>: "blocks from this height on", answered with certified blocks, and "these
/// transactions", answered with those that the peer holds (<see cref="TransactionMessages"/>). docs/spec/network.md.
/// </summary>
internal static class SyncMessages
{
    /// <summary>Most blocks in one answer.</summary>
    public const int MaxBlocks = 1000;

    /// <summary>Most ids in a request: as many as a proposal can hold.</summary>
    public const int MaxIds = 10_000;

    /// <summary>Encodes a request for certified blocks from a height on.</summary>
    public static byte[] EncodeRequest(BlockHeight from)
    {
        var writer = new CanonicalWriter(16);
        writer.UInt64(1, from.Value);
        return writer.ToArray();
    }

    /// <summary>Encodes a request for transactions that a proposal names.</summary>
    public static byte[] EncodeRequest(IEnumerable<Hash256> ids)
    {
        var writer = new CanonicalWriter(1024);
        foreach (var id in ids) writer.Hash(2, id);
        return writer.ToArray();
    }

    /// <summary>Decodes a request: a height, or ids.</summary>
    public static bool TryDecodeRequest(ReadOnlySpan<byte> bytes, out BlockHeight from, out IReadOnlyList<Hash256> ids)
    {
        var found = new List<Hash256>();
        var reader = new CanonicalReader(bytes);
        from = new BlockHeight(reader.UInt64(1));
        while (reader.IsNext(2) && found.Count < MaxIds) found.Add(reader.Hash(2));
        ids = found;
        return reader.End() && from.Value > 0 != found.Count > 0;
    }

    /// <summary>Adds a block to an answer.</summary>
    public static void Append(
        CanonicalWriter writer,
        ReadOnlySpan<byte> header,
        ReadOnlySpan<byte> certificate,
        IEnumerable<ReadOnlyMemory<byte>> transactions)
    {
        var start = writer.BeginMessage(1);
        writer.Bytes(1, header);
        writer.Bytes(2, certificate);
        foreach (var transaction in transactions) writer.Message(3, transaction.Span);
        writer.EndMessage(start);
    }

    /// <summary>Decodes an answer. Transactions are views of <paramref name="bytes"/>.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out IReadOnlyList<SyncBlock>? blocks)
    {
        blocks = null;
        var found = new List<SyncBlock>();
        var reader = new CanonicalReader(bytes.Span);
        while (reader.IsNext(1) && found.Count < MaxBlocks)
        {
            var length = reader.Message(1, bytes.Length).Length;
            if (!reader.Ok || DecodeBlock(bytes.Slice(reader.Position - length, length)) is not { } block) return false;
            found.Add(block);
        }

        if (!reader.End()) return false;
        blocks = found;
        return true;
    }

    private static SyncBlock? DecodeBlock(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CanonicalReader(bytes.Span);
        var header = reader.Bytes(1, BlockHeader.MaxBytes).ToArray();
        var certificateBytes = reader.Bytes(2, QuorumCertificate.MaxBytes);
        QuorumCertificate? certificate = null;
        if (!certificateBytes.IsEmpty && !QuorumCertificate.TryDecode(certificateBytes, out certificate, out _)) return null;
        var transactions = new List<ReadOnlyMemory<byte>>();
        while (reader.IsNext(3) && transactions.Count < TransactionMessages.MaxTransactions)
        {
            var length = reader.Message(3, Transaction.MaxBytes).Length;
            if (length == 0) reader.Fail(DecodeErrorKind.MissingField, 3);
            else transactions.Add(bytes.Slice(reader.Position - length, length));
        }

        return reader.End() ? new SyncBlock(header, certificate, transactions) : null;
    }
}
