using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Evidence;

/// <summary>
/// A record as the channel's log holds it (<c>ledger.core.v1.EvidenceLeaf</c>): the record's exact bytes and what
/// execution added: where it came from, its place in its subject's timeline, and the consensus time. Canonical and
/// immutable.
/// </summary>
public sealed record EvidenceLeaf
{
    /// <summary>The record's exact bytes.</summary>
    public required ReadOnlyMemory<byte> RecordBytes { get; init; }

    /// <summary>The transaction that carried it and its place in there.</summary>
    public required EvidenceId Id { get; init; }

    /// <summary>The key that signed the transaction.</summary>
    public required KeyId Sender { get; init; }

    /// <summary>The member that the key belonged to when the transaction was executed.</summary>
    public required string Member { get; init; }

    /// <summary>Place in the subject's timeline, from 1 without gaps.</summary>
    public required ulong SubjectSequence { get; init; }

    /// <summary>The RFC 9162 leaf hash of the subject's previous leaf; null exactly when the sequence is 1.</summary>
    public required Hash256? Previous { get; init; }

    /// <summary>The consensus time of the block.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>
    /// The other members that signed the record, in ascending ordinal order; empty when only the sender did.
    /// </summary>
    public IReadOnlyList<CoSigner> CoSigners { get; init; } = [];

    /// <summary>The canonical encoding: the log tree's leaf data.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(RecordBytes.Length + 256);
        WriteTo(writer);
        return writer.ToArray();
    }

    /// <summary>Appends the canonical encoding to a writer.</summary>
    public void WriteTo(CanonicalWriter writer)
    {
        writer.Bytes(1, RecordBytes.Span);
        writer.Hash(2, Id.TransactionId);
        writer.UInt64(3, Id.RecordIndex);
        writer.Hash(4, Sender.Value);
        writer.Text(5, Member);
        writer.UInt64(6, SubjectSequence);
        writer.OptionalHash(7, Previous);
        writer.UInt64(8, Time.UnixMilliseconds);
        foreach (var signer in CoSigners) signer.WriteTo(writer, 9);
    }

    /// <summary>The log tree's hash of an encoded leaf (RFC 9162 section 2.1.1): H(0x00 || leaf).</summary>
    public static Hash256 HashOf(ReadOnlySpan<byte> encoded, HashFunction hash) => hash.HashLeaf(0x00, encoded);

    /// <summary>Decodes a leaf together with its record.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> encoded,
        [NotNullWhen(true)] out EvidenceLeaf? leaf,
        [NotNullWhen(true)] out EvidenceRecord? record,
        out DecodeError error)
    {
        leaf = null;
        record = null;
        var reader = new CanonicalReader(encoded.Span);
        var recordBytes = reader.Bytes(1, EvidenceLimits.RecordBytes).ToArray();
        var transaction = reader.Hash(2);
        var index = reader.UInt32(3, EvidenceLimits.RecordsPerTransaction - 1);
        var sender = new KeyId(reader.Hash(4));
        var member = reader.RequiredText(5, EvidenceLimits.IdentifierBytes);
        var sequence = reader.UInt64(6);
        var previous = reader.OptionalHash(7);
        var time = new Timestamp(reader.UInt64(8, Timestamp.MaxUnixMilliseconds));
        var coSigners = ReadCoSigners(ref reader);
        if (reader.Ok && sequence == 0) reader.Fail(DecodeErrorKind.MissingField, 6);
        if (reader.Ok && previous is null != (sequence == 1)) reader.Fail(DecodeErrorKind.BadValue, 7);
        var ok = reader.End();
        error = reader.Error;
        if (!ok || !EvidenceRecord.TryDecode(recordBytes, out record, out error)) return false;
        leaf = new EvidenceLeaf
        {
            RecordBytes = recordBytes,
            Id = new EvidenceId(transaction, index),
            Sender = sender,
            Member = member,
            SubjectSequence = sequence,
            Previous = previous,
            Time = time,
            CoSigners = coSigners,
        };
        return true;
    }

    private static CoSigner[] ReadCoSigners(ref CanonicalReader reader)
    {
        if (!reader.IsNext(9)) return [];
        var signers = new List<CoSigner>();
        while (reader.IsNext(9))
        {
            var item = CoSigner.Read(reader.Message(9, CoSigner.MaxBytes), out var error);
            if (item is not { } signer) reader.Fail(error.Kind, 9);
            else if (signers.Count == EvidenceLimits.CoSigners) reader.Fail(DecodeErrorKind.TooLarge, 9);
            else if (signers.Count > 0 && string.CompareOrdinal(signers[^1].Member, signer.Member) >= 0)
                reader.Fail(DecodeErrorKind.BadValue, 9);
            else signers.Add(signer);
        }

        return [.. signers];
    }
}
