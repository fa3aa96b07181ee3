using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Fingerprints;

/// <summary>
/// A commitment to every record of a data set and to their order. Its <see cref="Digest"/> is what is anchored; it
/// gives away the number of records and nothing of their content.
/// </summary>
/// <remarks>Immutable. docs/spec/fingerprint.md.</remarks>
public sealed record Fingerprint
{
    /// <summary>The largest number of records: what a JSON number carries exactly.</summary>
    public const ulong MaxRecordCount = (1UL << 53) - 1;

    /// <summary>Length in bytes of the longest encoding.</summary>
    public const int MaxEncodedSize = 256;

    /// <summary>How a record names a fingerprint among its digests (<see cref="EvidenceDigest.Algorithm"/>).</summary>
    public const string DigestAlgorithm = "ledger-fingerprint/1";

    /// <summary>The media type of a fingerprint among a record's digests.</summary>
    public const string DigestMediaType = "application/vnd.ledger.fingerprint";

    internal const int MaxAlgorithmLength = 32;

    /// <summary>Puts a fingerprint together.</summary>
    /// <exception cref="ArgumentException">A header digest for a rule without header, or none for CSV; or too many
    /// records.</exception>
    public Fingerprint(
        FingerprintParameters parameters, string algorithm, ulong recordCount, Hash256 root, Hash256? headerDigest)
    {
        if (headerDigest.HasValue != (parameters.Rule == FingerprintRule.Csv))
            throw new ArgumentException("a header digest belongs to CSV and to nothing else", nameof(headerDigest));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(recordCount, MaxRecordCount);
        Parameters = parameters;
        Algorithm = algorithm;
        RecordCount = recordCount;
        Root = root;
        HeaderDigest = headerDigest;
    }

    /// <summary>How the data was cut and salted.</summary>
    public FingerprintParameters Parameters { get; }

    /// <summary>Name of the hash function, such as <c>sha-256</c>.</summary>
    public string Algorithm { get; }

    /// <summary>Number of records; the header row of CSV is none.</summary>
    public ulong RecordCount { get; }

    /// <summary>Root of the log tree over the salted records.</summary>
    public Hash256 Root { get; }

    /// <summary>The salted hash of the header row; null unless the rule is CSV.</summary>
    public Hash256? HeaderDigest { get; }

    /// <summary>Reads a canonical encoding.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Fingerprint? fingerprint, out DecodeError error)
    {
        fingerprint = null;
        var reader = new CanonicalReader(bytes);
        var rule = (FingerprintRule)reader.UInt32(1, (uint)FingerprintRule.Chunks);
        var algorithm = reader.RequiredText(2, MaxAlgorithmLength);
        var saltSize = reader.UInt64(3, Hash256.Size);
        var chunkSize = reader.UInt64(4, FingerprintParameters.MaxRecordSize);
        var delimiter = reader.UInt64(5, byte.MaxValue);
        var count = reader.UInt64(6, MaxRecordCount);
        var root = reader.Hash(7);
        var header = reader.OptionalHash(8);
        FingerprintParameters? parameters = null;
        if (reader.Ok && !FingerprintParameters.TryCreate(rule, saltSize, chunkSize, delimiter, out parameters))
            reader.Fail(DecodeErrorKind.BadValue, 1);
        if (reader.Ok && rule == FingerprintRule.Csv != header.HasValue)
            reader.Fail(header.HasValue ? DecodeErrorKind.UnexpectedField : DecodeErrorKind.MissingField, 8);
        if (reader.End() && parameters is not null)
            fingerprint = new Fingerprint(parameters, algorithm, count, root, header);
        error = reader.Error;
        return fingerprint is not null;
    }

    /// <summary>Writes the canonical encoding.</summary>
    public void Encode(CanonicalWriter writer)
    {
        writer.UInt64(1, (ulong)Parameters.Rule);
        writer.Text(2, Algorithm);
        writer.UInt64(3, (ulong)Parameters.SaltSize);
        writer.UInt64(4, (ulong)Parameters.ChunkSize);
        writer.UInt64(5, Parameters.Delimiter);
        writer.UInt64(6, RecordCount);
        writer.Hash(7, Root);
        writer.OptionalHash(8, HeaderDigest);
    }

    /// <summary>The canonical encoding in a new array.</summary>
    public byte[] ToArray()
    {
        var writer = new CanonicalWriter(MaxEncodedSize);
        Encode(writer);
        return writer.ToArray();
    }

    /// <summary>Reads the digest of a fingerprint from a record's digest; false when it is that of anything else.</summary>
    public static bool TryReadDigest(EvidenceDigest digest, out Hash256 fingerprint)
    {
        var isOne = digest.Algorithm == DigestAlgorithm && digest.Value.Length == Hash256.Size;
        fingerprint = isOne ? new Hash256(digest.Value.Span) : default;
        return isOne;
    }

    /// <summary>The digest as a record carries it.</summary>
    /// <exception cref="ArgumentException">Another hash function than the fingerprint was made with.</exception>
    public EvidenceDigest ToEvidenceDigest(HashFunction hash) =>
        new(DigestAlgorithm, Digest(hash).ToArray(), DigestMediaType);

    /// <summary>The digest to anchor: H("ledger/fingerprint/1" || 0x00 || canonical encoding).</summary>
    /// <exception cref="ArgumentException">Another hash function than the fingerprint was made with.</exception>
    public Hash256 Digest(HashFunction hash) => hash.Name == Algorithm
        ? hash.Hash(FingerprintHash.Digest, ToArray())
        : throw new ArgumentException($"the fingerprint was made with {Algorithm}", nameof(hash));
}
