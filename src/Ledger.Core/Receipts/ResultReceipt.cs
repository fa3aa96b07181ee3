using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Core.Receipts;

/// <summary>
/// Proof of what a transaction or a scheduled call came to (<c>ledger.core.v1.ResultReceipt</c>), verifiable offline by
/// anyone who holds the genesis document. Holds exact bytes and claims nothing: <see cref="ResultReceiptVerifier"/> says
/// whether it holds. Immutable.
/// </summary>
/// <remarks>docs/spec/receipt.md. <see cref="ResultReceiptJson"/> is the same as text.</remarks>
public sealed record ResultReceipt
{
    /// <summary>The version of the format.</summary>
    public const uint FormatVersion = 1;

    /// <summary>Most results that a block can have.</summary>
    public const uint MaxResults = 1 << 16;

    /// <summary>Most hashes of the path.</summary>
    public const int MaxPath = 16;

    /// <summary>Largest encoding in bytes.</summary>
    public const int MaxBytes = Receipt.MaxBytes;

    /// <summary>The encoded <see cref="TransactionResult"/>: the result tree's leaf data.</summary>
    public required ReadOnlyMemory<byte> ResultBytes { get; init; }

    /// <summary>Its place among the block's results.</summary>
    public required uint Position { get; init; }

    /// <summary>How many results the block has.</summary>
    public required uint Count { get; init; }

    /// <summary>The inclusion path to the header's result root, lowest first.</summary>
    public required IReadOnlyList<Hash256> Path { get; init; }

    /// <summary>The encoded header of the block.</summary>
    public required ReadOnlyMemory<byte> HeaderBytes { get; init; }

    /// <summary>The encoded certificate over that header.</summary>
    public required ReadOnlyMemory<byte> CertificateBytes { get; init; }

    /// <summary>How each epoch before the header's ended, from epoch 0 on.</summary>
    public IReadOnlyList<EpochChange> EpochChanges { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(ResultReceipt? other) => other is not null
        && Position == other.Position
        && Count == other.Count
        && ResultBytes.Span.SequenceEqual(other.ResultBytes.Span)
        && Path.SequenceEqual(other.Path)
        && HeaderBytes.Span.SequenceEqual(other.HeaderBytes.Span)
        && CertificateBytes.Span.SequenceEqual(other.CertificateBytes.Span)
        && EpochChanges.SequenceEqual(other.EpochChanges);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Position);
        hash.AddBytes(ResultBytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The canonical encoding: the binary file.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(2048 + ResultBytes.Length);
        writer.UInt64(1, FormatVersion);
        writer.Bytes(2, ResultBytes.Span);
        writer.UInt64(3, Position);
        writer.UInt64(4, Count);
        foreach (var hash in Path) writer.Hash(5, hash);
        writer.Bytes(6, HeaderBytes.Span);
        writer.Bytes(7, CertificateBytes.Span);
        foreach (var change in EpochChanges) change.WriteTo(writer, 8);
        return writer.ToArray();
    }

    /// <summary>Decodes a receipt: its own layout only, not what its parts hold.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ResultReceipt? receipt, out DecodeError error)
    {
        receipt = null;
        var reader = new CanonicalReader(bytes);
        if (bytes.Length > MaxBytes) reader.Fail(DecodeErrorKind.TooLarge, 0);
        var version = reader.UInt32(1);
        if (reader.Ok && version != FormatVersion) reader.Fail(DecodeErrorKind.BadValue, 1);
        var result = reader.RequiredBytes(2, TransactionResult.MaxBytes);
        var position = reader.UInt32(3, MaxResults - 1);
        var count = reader.UInt32(4, MaxResults);
        if (reader.Ok && position >= count) reader.Fail(DecodeErrorKind.BadValue, 4);
        var path = new List<Hash256>();
        while (reader.IsNext(5))
        {
            var hash = reader.Hash(5);
            if (path.Count == MaxPath) reader.Fail(DecodeErrorKind.TooLarge, 5);
            path.Add(hash);
        }

        var header = reader.RequiredBytes(6, BlockHeader.MaxBytes);
        var certificate = reader.RequiredBytes(7, QuorumCertificate.MaxBytes);
        var changes = EpochChange.ReadAll(ref reader, 8);
        var ok = reader.End();
        error = reader.Error;
        if (!ok) return false;
        receipt = new ResultReceipt
        {
            ResultBytes = result.ToArray(),
            Position = position,
            Count = count,
            Path = path,
            HeaderBytes = header.ToArray(),
            CertificateBytes = certificate.ToArray(),
            EpochChanges = changes,
        };
        return true;
    }
}
