using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Certificates;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;
using Ledger.Core.Blocks;

namespace Ledger.Core.Receipts;

/// <summary>
/// How one epoch ended (<c>ledger.core.v1.EpochChange</c>): the block that ended it, certified by its validators, and
/// the validators of the next. Exact bytes; whether they hold is for <see cref="ReceiptVerifier"/> to say.
/// </summary>
/// <param name="HeaderBytes">The encoded header of the epoch's last block.</param>
/// <param name="CertificateBytes">The encoded certificate over that header.</param>
/// <param name="ValidatorsBytes">The encoded validator set of the next epoch.</param>
public sealed record EpochChange(
    ReadOnlyMemory<byte> HeaderBytes,
    ReadOnlyMemory<byte> CertificateBytes,
    ReadOnlyMemory<byte> ValidatorsBytes)
{
    // Three length-delimited fields, each with a tag and a length of at most five bytes.
    internal const int MaxBytes = BlockHeader.MaxBytes + QuorumCertificate.MaxBytes + ValidatorSet.MaxBytes + 18;

    /// <inheritdoc/>
    public bool Equals(EpochChange? other) => other is not null
        && HeaderBytes.Span.SequenceEqual(other.HeaderBytes.Span)
        && CertificateBytes.Span.SequenceEqual(other.CertificateBytes.Span)
        && ValidatorsBytes.Span.SequenceEqual(other.ValidatorsBytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(HeaderBytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(1024);
        writer.Bytes(1, HeaderBytes.Span);
        writer.Bytes(2, CertificateBytes.Span);
        writer.Bytes(3, ValidatorsBytes.Span);
        return writer.ToArray();
    }

    /// <summary>Decodes an epoch change: its own layout only, not what its parts hold.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out EpochChange? change, out DecodeError error)
    {
        change = Read(bytes, out error);
        return change is not null;
    }

    internal void WriteTo(CanonicalWriter writer, int field)
    {
        var start = writer.BeginMessage(field);
        writer.Bytes(1, HeaderBytes.Span);
        writer.Bytes(2, CertificateBytes.Span);
        writer.Bytes(3, ValidatorsBytes.Span);
        writer.EndMessage(start);
    }

    internal static List<EpochChange> ReadAll(ref CanonicalReader reader, int field)
    {
        var changes = new List<EpochChange>();
        while (reader.IsNext(field))
        {
            var bytes = reader.Message(field, MaxBytes);
            if (!reader.Ok) break;
            if (changes.Count == Receipt.MaxEpochChanges) reader.Fail(DecodeErrorKind.TooLarge, field);
            else if (Read(bytes, out var error) is { } change) changes.Add(change);
            else reader.Fail(error.Kind, field);
        }

        return changes;
    }

    internal static EpochChange? Read(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var header = reader.RequiredBytes(1, BlockHeader.MaxBytes);
        var certificate = reader.RequiredBytes(2, QuorumCertificate.MaxBytes);
        var validators = reader.RequiredBytes(3, ValidatorSet.MaxBytes);
        var ok = reader.End();
        error = reader.Error;
        return ok ? new EpochChange(header.ToArray(), certificate.ToArray(), validators.ToArray()) : null;
    }
}
