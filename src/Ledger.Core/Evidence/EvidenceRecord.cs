using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Encoding;

namespace Ledger.Core.Evidence;

/// <summary>
/// One piece of evidence (<c>ledger.core.v1.EvidenceRecord</c>): who did what to which business subject, and digests of
/// what stays at home. Immutable. Well-formedness is checked by decoding; whether the type's rules are met is checked
/// by the catalogue.
/// </summary>
public sealed record EvidenceRecord
{
    /// <summary>The catalogue's name of the operation, such as <c>authorisation.scene-review</c>.</summary>
    public required string Type { get; init; }

    /// <summary>
    /// The business key whose timeline the record belongs to: an authorisation, a product, an order, a vehicle.
    /// </summary>
    public required string Subject { get; init; }

    /// <summary>Who acted, as the sender's organisation names that person or system.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done: <c>submit</c>, <c>approve</c>, <c>reject</c>, ….</summary>
    public required string Action { get; init; }

    /// <summary>The role in which it was done; the sender's member must hold it.</summary>
    public required string Role { get; init; }

    /// <summary>When it happened, by the sender's account. 0 when not said.</summary>
    public Timestamp OccurredAt { get; init; }

    /// <summary>Digests of what the record is about. At most <see cref="EvidenceLimits.Digests"/>.</summary>
    public IReadOnlyList<EvidenceDigest> Digests { get; init; } = [];

    /// <summary>
    /// Small typed facts, in ascending ordinal order of their keys. At most <see cref="EvidenceLimits.Attributes"/>.
    /// </summary>
    public IReadOnlyList<EvidenceAttribute> Attributes { get; init; } = [];

    /// <summary>Earlier evidence that this record builds on. At most <see cref="EvidenceLimits.Links"/>.</summary>
    public IReadOnlyList<EvidenceId> Links { get; init; } = [];

    /// <summary>Finds an attribute by key.</summary>
    public EvidenceAttribute? Attribute(string key)
    {
        for (var i = 0; i < Attributes.Count; i++)
        {
            if (Attributes[i].Key == key) return Attributes[i];
        }

        return null;
    }

    /// <summary>The canonical encoding. Attributes are put in order.</summary>
    /// <exception cref="ArgumentException">The record breaks a bound of the format.</exception>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(512);
        writer.Text(1, Type);
        writer.Text(2, Subject);
        writer.Text(3, Actor);
        writer.Text(4, Action);
        writer.Text(5, Role);
        writer.UInt64(6, OccurredAt.UnixMilliseconds);
        foreach (var digest in Digests) digest.WriteTo(writer, 7);
        foreach (var attribute in Attributes.OrderBy(a => a.Key, StringComparer.Ordinal)) attribute.WriteTo(writer, 8);
        foreach (var link in Links)
        {
            var start = writer.BeginMessage(9);
            writer.Hash(1, link.TransactionId);
            writer.UInt64(2, link.RecordIndex);
            writer.EndMessage(start);
        }

        var bytes = writer.ToArray();
        if (!TryDecode(bytes, out _, out var error))
            throw new ArgumentException($"the record breaks a bound of the format: {error}");
        return bytes;
    }

    /// <summary>Decodes a record and checks that it is well-formed.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out EvidenceRecord? record,
        out DecodeError error)
    {
        record = null;
        var reader = new CanonicalReader(bytes);
        if (bytes.Length > EvidenceLimits.RecordBytes) reader.Fail(DecodeErrorKind.TooLarge, 0);
        var type = reader.RequiredName(1, EvidenceLimits.TypeBytes);
        var subject = reader.RequiredText(2, EvidenceLimits.IdentifierBytes);
        var actor = reader.RequiredName(3, EvidenceLimits.IdentifierBytes);
        var action = reader.RequiredName(4, EvidenceLimits.NameBytes);
        var role = reader.RequiredName(5, EvidenceLimits.NameBytes);
        var occurredAt = new Timestamp(reader.UInt64(6, Timestamp.MaxUnixMilliseconds));
        var digests = ReadDigests(ref reader);
        var attributes = ReadAttributes(ref reader);
        var links = ReadLinks(ref reader);
        var ok = reader.End();
        error = reader.Error;
        if (!ok) return false;
        record = new EvidenceRecord
        {
            Type = type,
            Subject = subject,
            Actor = actor,
            Action = action,
            Role = role,
            OccurredAt = occurredAt,
            Digests = digests,
            Attributes = attributes,
            Links = links,
        };
        return true;
    }

    private static List<EvidenceDigest> ReadDigests(ref CanonicalReader reader)
    {
        var digests = new List<EvidenceDigest>();
        while (reader.IsNext(7))
        {
            var item = EvidenceDigest.Read(reader.Message(7, EvidenceLimits.RecordBytes), out var error);
            if (item is null) reader.Fail(error.Kind, 7);
            else if (digests.Count == EvidenceLimits.Digests) reader.Fail(DecodeErrorKind.TooLarge, 7);
            else digests.Add(item);
        }

        return digests;
    }

    private static List<EvidenceAttribute> ReadAttributes(ref CanonicalReader reader)
    {
        var attributes = new List<EvidenceAttribute>();
        while (reader.IsNext(8))
        {
            var item = EvidenceAttribute.Read(reader.Message(8, EvidenceLimits.RecordBytes), out var error);
            if (item is null) reader.Fail(error.Kind, 8);
            else if (attributes.Count == EvidenceLimits.Attributes) reader.Fail(DecodeErrorKind.TooLarge, 8);
            else if (attributes.Count > 0 && string.CompareOrdinal(attributes[^1].Key, item.Key) >= 0)
                reader.Fail(DecodeErrorKind.BadValue, 8);
            else attributes.Add(item);
        }

        return attributes;
    }

    private static EvidenceId[] ReadLinks(ref CanonicalReader reader)
    {
        // As most records have it.
        if (!reader.IsNext(9)) return [];
        var links = new List<EvidenceId>();
        while (reader.IsNext(9))
        {
            var inner = new CanonicalReader(reader.Message(9, 64));
            var transaction = inner.Hash(1);
            var index = inner.UInt32(2, EvidenceLimits.RecordsPerTransaction - 1);
            if (!inner.End()) reader.Fail(inner.Error.Kind, 9);
            else if (links.Count == EvidenceLimits.Links) reader.Fail(DecodeErrorKind.TooLarge, 9);
            else links.Add(new EvidenceId(transaction, index));
        }

        return [.. links];
    }
}
