using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;
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
/// Answers of protocol <c>/ledger/sync/1</c> that carry blocks and certificates; what they answer is a
/// <see cref="SyncRequest"/>. docs/spec/sync.md.
/// </summary>
internal static class SyncMessages
{
    /// <summary>An answer with blocks ends with the first that takes it beyond this many bytes.</summary>
    public const int SoftLimitBytes = 2 << 20;

    /// <summary>What header and certificate of a block take with the usual four validators, about.</summary>
    public const int HeadBytes = 1024;

    /// <summary>What comes before a transaction: a tag, and its length.</summary>
    public const int TransactionTagBytes = 5;

    // Header, certificate and the tags of ten thousand transactions.
    private const int BlockOverheadBytes = BlockHeader.MaxBytes + QuorumCertificate.MaxBytes + (128 << 10);

    /// <summary>No answer of the protocol is longer on a channel with these parameters.</summary>
    public static int MaxAnswerBytes(ChannelParameters parameters) => checked(
        SoftLimitBytes + (int)Math.Max(parameters.MaxBlockBytes, Transaction.MaxBytes) + BlockOverheadBytes);

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
        while (reader.IsNext(1) && found.Count < SyncRequest.Blocks.MaxCount)
        {
            var length = reader.Message(1, bytes.Length).Length;
            if (!reader.Ok || DecodeBlock(bytes.Slice(reader.Position - length, length)) is not { } block) return false;
            found.Add(block);
        }

        if (!reader.End()) return false;
        blocks = found;
        return true;
    }

    /// <summary>Adds a certificate to an answer.</summary>
    public static void Append(CanonicalWriter writer, BlockHeight height, QuorumCertificate certificate)
    {
        var start = writer.BeginMessage(1);
        writer.UInt64(1, height.Value);
        writer.Bytes(2, certificate.Encode());
        writer.EndMessage(start);
    }

    /// <summary>Decodes an answer to a request for certificates.</summary>
    public static bool TryDecodeCertificates(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out IReadOnlyList<(BlockHeight Height, QuorumCertificate Certificate)>? certificates)
    {
        var found = new List<(BlockHeight, QuorumCertificate)>();
        var reader = new CanonicalReader(bytes);
        while (reader.IsNext(1) && found.Count < SyncRequest.Certificates.MaxCount)
        {
            var inner = new CanonicalReader(reader.Message(1, QuorumCertificate.MaxBytes + 32));
            var height = new BlockHeight(inner.UInt64(1));
            var encoded = inner.RequiredBytes(2, QuorumCertificate.MaxBytes);
            if (inner.End() && QuorumCertificate.TryDecode(encoded, out var certificate, out _))
                found.Add((height, certificate));
            else
                reader.Fail(DecodeErrorKind.BadValue, 1);
        }

        certificates = reader.End() ? found : null;
        return certificates is not null;
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
