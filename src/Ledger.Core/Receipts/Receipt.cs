using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;

namespace Ledger.Core.Receipts;

/// <summary>
/// Proof that a record was anchored (<c>ledger.core.v1.Receipt</c>), verifiable offline by anyone who holds the genesis
/// document. Holds exact bytes and claims nothing: <see cref="ReceiptVerifier"/> says whether it holds. Immutable.
/// </summary>
/// <remarks>docs/spec/receipt.md. <see cref="ReceiptJson"/> is the same as text.</remarks>
public sealed record Receipt
{
    /// <summary>The version of the format.</summary>
    public const uint FormatVersion = 1;

    /// <summary>Largest encoding in bytes. Bounds what a verifier reads from a stranger.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>Most hashes of an inclusion path.</summary>
    public const int MaxPath = LogTree.MaxProofLength;

    /// <summary>Most epoch changes.</summary>
    public const int MaxEpochChanges = 4096;

    /// <summary>The encoded leaf: the log tree's leaf data.</summary>
    public required ReadOnlyMemory<byte> LeafBytes { get; init; }

    /// <summary>The leaf's place in the log.</summary>
    public required LogIndex Index { get; init; }

    /// <summary>
    /// The inclusion path from the leaf to the header's log root, lowest first. At most <see cref="MaxPath"/>.
    /// </summary>
    public required IReadOnlyList<Hash256> Path { get; init; }

    /// <summary>The encoded header of the leaf's block or of any block above it.</summary>
    public required ReadOnlyMemory<byte> HeaderBytes { get; init; }

    /// <summary>The encoded certificate over that header.</summary>
    public required ReadOnlyMemory<byte> CertificateBytes { get; init; }

    /// <summary>
    /// How each epoch before the header's ended, from epoch 0 on. At most <see cref="MaxEpochChanges"/>.
    /// </summary>
    public IReadOnlyList<EpochChange> EpochChanges { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(Receipt? other) => other is not null
        && Index == other.Index
        && LeafBytes.Span.SequenceEqual(other.LeafBytes.Span)
        && Path.SequenceEqual(other.Path)
        && HeaderBytes.Span.SequenceEqual(other.HeaderBytes.Span)
        && CertificateBytes.Span.SequenceEqual(other.CertificateBytes.Span)
        && EpochChanges.SequenceEqual(other.EpochChanges);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Index);
        hash.AddBytes(LeafBytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The canonical encoding: the binary file.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(2048);
        writer.UInt64(1, FormatVersion);
        writer.Bytes(2, LeafBytes.Span);
        writer.UInt64(3, Index.Value);
        foreach (var hash in Path) writer.Hash(4, hash);
        writer.Bytes(5, HeaderBytes.Span);
        writer.Bytes(6, CertificateBytes.Span);
        foreach (var change in EpochChanges) change.WriteTo(writer, 7);
        return writer.ToArray();
    }

    /// <summary>Decodes a receipt: its own layout only, not what its parts hold.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Receipt? receipt, out DecodeError error)
    {
        receipt = null;
        var reader = new CanonicalReader(bytes);
        if (bytes.Length > MaxBytes) reader.Fail(DecodeErrorKind.TooLarge, 0);
        var version = reader.UInt32(1);
        if (reader.Ok && version != FormatVersion) reader.Fail(DecodeErrorKind.BadValue, 1);
        var leaf = reader.RequiredBytes(2, EvidenceLimits.LeafBytes);
        var index = new LogIndex(reader.UInt64(3, LogTree.MaxSize - 1));
        var path = ReadPath(ref reader);
        var header = reader.RequiredBytes(5, BlockHeader.MaxBytes);
        var certificate = reader.RequiredBytes(6, QuorumCertificate.MaxBytes);
        var changes = EpochChange.ReadAll(ref reader, 7);
        var ok = reader.End();
        error = reader.Error;
        if (!ok) return false;
        receipt = new Receipt
        {
            LeafBytes = leaf.ToArray(),
            Index = index,
            Path = path,
            HeaderBytes = header.ToArray(),
            CertificateBytes = certificate.ToArray(),
            EpochChanges = changes,
        };
        return true;
    }

    private static List<Hash256> ReadPath(ref CanonicalReader reader)
    {
        var path = new List<Hash256>();
        while (reader.IsNext(4))
        {
            var hash = reader.Hash(4);
            if (path.Count == MaxPath) reader.Fail(DecodeErrorKind.TooLarge, 4);
            path.Add(hash);
        }

        return path;
    }
}
