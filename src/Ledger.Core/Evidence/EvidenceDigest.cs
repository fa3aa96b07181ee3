using Ledger.Core.Encoding;

namespace Ledger.Core.Evidence;

/// <summary>A digest of something that stays at home.</summary>
/// <param name="Algorithm">Name of the algorithm: <c>sha-256</c>, <c>sm3</c>, <c>ledger-fingerprint/1</c>, ….</param>
/// <param name="Value">The digest, 1 to 64 bytes.</param>
/// <param name="MediaType">What was digested (RFC 6838), or empty.</param>
public sealed record EvidenceDigest(string Algorithm, ReadOnlyMemory<byte> Value, string MediaType = "")
{
    /// <inheritdoc/>
    public bool Equals(EvidenceDigest? other) => other is not null
        && Algorithm == other.Algorithm
        && MediaType == other.MediaType
        && Value.Span.SequenceEqual(other.Value.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Value.Span);
        return hash.ToHashCode();
    }

    internal void WriteTo(CanonicalWriter writer, int field)
    {
        var start = writer.BeginMessage(field);
        writer.Text(1, Algorithm);
        writer.Bytes(2, Value.Span);
        writer.Text(3, MediaType);
        writer.EndMessage(start);
    }

    internal static EvidenceDigest? Read(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var algorithm = reader.RequiredName(1, EvidenceLimits.NameBytes);
        var value = reader.Bytes(2, EvidenceLimits.DigestBytes);
        var mediaType = reader.Name(3, EvidenceLimits.MediaTypeBytes);
        if (reader.Ok && value.IsEmpty) reader.Fail(DecodeErrorKind.MissingField, 2);
        var ok = reader.End();
        error = reader.Error;
        return ok ? new EvidenceDigest(algorithm, value.ToArray(), mediaType) : null;
    }
}
