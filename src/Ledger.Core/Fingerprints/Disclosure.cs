using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Merkle;

namespace Ledger.Core.Fingerprints;

/// <summary>A record, or the header row, with its salt.</summary>
/// <param name="Salt">The salt that was hashed with it.</param>
/// <param name="Data">The bytes, without line end.</param>
public readonly record struct SaltedRecord(ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Data);

/// <summary>
/// A contiguous range of the records of a fingerprinted data set, with one proof that they stand there. It carries
/// the leaf hashes beside the records, so that a verifier can say which record was tampered with.
/// </summary>
/// <remarks>Immutable. Says nothing about the records it does not show. docs/spec/fingerprint.md, section 5.</remarks>
public sealed class Disclosure
{
    /// <summary>The largest number of records in one disclosure.</summary>
    public const int MaxRecords = 100_000;

    /// <summary>The largest sum of the lengths of the encoded records in bytes.</summary>
    public const int MaxContentSize = 64 << 20;

    /// <summary>No proof has more hashes than this: two for each level.</summary>
    public const int MaxProofLength = 2 * LogTree.MaxProofLength;

    /// <summary>Counted for each record beside its bytes and its salt: tags and lengths, rounded up.</summary>
    internal const int RecordOverhead = 16;

    private readonly Hash256[] _leafHashes;
    private readonly Hash256[] _proof;

    /// <summary>Puts a disclosure together; nothing is verified here.</summary>
    public Disclosure(
        Fingerprint fingerprint,
        ulong firstIndex,
        SaltedRecord? header,
        IReadOnlyList<SaltedRecord> records,
        ReadOnlySpan<Hash256> leafHashes,
        ReadOnlySpan<Hash256> proof)
    {
        Fingerprint = fingerprint;
        FirstIndex = firstIndex;
        Header = header;
        Records = records;
        _leafHashes = leafHashes.ToArray();
        _proof = proof.ToArray();
    }

    /// <summary>The fingerprint of the whole data set.</summary>
    public Fingerprint Fingerprint { get; }

    /// <summary>Index of the first record shown, from 0.</summary>
    public ulong FirstIndex { get; }

    /// <summary>The header row; null unless the rule is CSV.</summary>
    public SaltedRecord? Header { get; }

    /// <summary>The records shown, in order.</summary>
    public IReadOnlyList<SaltedRecord> Records { get; }

    /// <summary>The leaf hash of each record shown.</summary>
    public ReadOnlySpan<Hash256> LeafHashes => _leafHashes;

    /// <summary>The roots of the subtrees left and right of the range, from left to right.</summary>
    public ReadOnlySpan<Hash256> Proof => _proof;

    /// <summary>Reads a canonical encoding. The records are copied.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Disclosure? disclosure, out DecodeError error)
    {
        disclosure = null;
        var reader = new CanonicalReader(bytes);
        var inner = reader.Message(1, Fingerprint.MaxEncodedSize);
        Fingerprint? fingerprint = null;
        if (reader.Ok && !Fingerprint.TryDecode(inner, out fingerprint, out var fault)) reader.Fail(fault.Kind, 1);
        var first = reader.UInt64(2, Fingerprint.MaxRecordCount);
        var headerData = reader.Bytes(3, FingerprintParameters.MaxRecordSize);
        var headerSalt = reader.Bytes(4, Hash256.Size);
        if (reader.Ok && headerSalt.IsEmpty && !headerData.IsEmpty) reader.Fail(DecodeErrorKind.MissingField, 4);
        SaltedRecord? header = headerSalt.IsEmpty
            ? null
            : new SaltedRecord(headerSalt.ToArray(), headerData.ToArray());

        var records = new List<SaltedRecord>();
        var size = 0L;
        while (reader.IsNext(5))
        {
            var message = reader.Message(5, FingerprintParameters.MaxRecordSize + Hash256.Size + RecordOverhead);
            size += message.Length;
            if (records.Count == MaxRecords || size > MaxContentSize) reader.Fail(DecodeErrorKind.TooLarge, 5);
            if (!reader.Ok) break;
            var record = new CanonicalReader(message);
            var salt = record.Bytes(1, Hash256.Size);
            var data = record.Bytes(2, FingerprintParameters.MaxRecordSize);
            if (!record.End()) reader.Fail(record.Error.Kind, 5);
            records.Add(new SaltedRecord(salt.ToArray(), data.ToArray()));
        }

        var leafHashes = reader.Bytes(6, MaxRecords * Hash256.Size);
        if (leafHashes.Length % Hash256.Size != 0) reader.Fail(DecodeErrorKind.WrongLength, 6);
        var proof = reader.Bytes(7, MaxProofLength * Hash256.Size);
        if (proof.Length % Hash256.Size != 0) reader.Fail(DecodeErrorKind.WrongLength, 7);
        if (reader.End() && fingerprint is not null)
            disclosure = new Disclosure(fingerprint, first, header, records, Unpack(leafHashes), Unpack(proof));
        error = reader.Error;
        return disclosure is not null;
    }

    /// <summary>Writes the canonical encoding.</summary>
    public void Encode(CanonicalWriter writer)
    {
        writer.Message(1, Fingerprint.ToArray());
        writer.UInt64(2, FirstIndex);
        if (Header is { } header)
        {
            writer.Bytes(3, header.Data.Span);
            writer.Bytes(4, header.Salt.Span);
        }

        foreach (var record in Records)
        {
            var start = writer.BeginMessage(5);
            writer.Bytes(1, record.Salt.Span);
            writer.Bytes(2, record.Data.Span);
            writer.EndMessage(start);
        }

        writer.Bytes(6, MemoryMarshal.AsBytes(_leafHashes.AsSpan()));
        writer.Bytes(7, MemoryMarshal.AsBytes(_proof.AsSpan()));
    }

    /// <summary>The canonical encoding in a new array.</summary>
    public byte[] ToArray()
    {
        var writer = new CanonicalWriter();
        Encode(writer);
        return writer.ToArray();
    }

    private static ReadOnlySpan<Hash256> Unpack(ReadOnlySpan<byte> packed)
    {
        var hashes = new Hash256[packed.Length / Hash256.Size];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = new Hash256(packed.Slice(i * Hash256.Size, Hash256.Size));
        return hashes;
    }
}
