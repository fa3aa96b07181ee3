using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Core.Evidence;

/// <summary>
/// The body of an evidence transaction (<c>ledger.core.v1.EvidenceBody</c>): 1 to
/// <see cref="EvidenceLimits.RecordsPerTransaction"/> records that are anchored all or none.
/// </summary>
public sealed class EvidenceBody
{
    private EvidenceBody(IReadOnlyList<Item> items, IReadOnlyList<CoSignature> coSignatures) =>
        (Items, CoSignatures) = (items, coSignatures);

    /// <summary>The records in order, each with its exact bytes.</summary>
    public IReadOnlyList<Item> Items { get; }

    /// <summary>
    /// The signatures of the other parties, in ascending ordinal order of their members; empty when only the sender signs.
    /// Decoding does not verify them.
    /// </summary>
    public IReadOnlyList<CoSignature> CoSignatures { get; }

    /// <summary>Encodes records as a body.</summary>
    public static byte[] Encode(IEnumerable<EvidenceRecord> records) =>
        Encode(records.Select(r => (ReadOnlyMemory<byte>)r.Encode()), []);

    /// <summary>Encodes records and the other parties' signatures over them as a body.</summary>
    public static byte[] Encode(IEnumerable<ReadOnlyMemory<byte>> records, IEnumerable<CoSignature> coSignatures)
    {
        var writer = new CanonicalWriter(1024);
        foreach (var record in records) writer.Message(1, record.Span);
        foreach (var signature in coSignatures.OrderBy(s => s.Member, StringComparer.Ordinal)) signature.WriteTo(writer, 2);
        return writer.ToArray();
    }

    /// <summary>
    /// Decodes a body. The verdict tells what is wrong in the transaction vocabulary and which record it is. Items are
    /// views of <paramref name="body"/>.
    /// </summary>
    public static bool TryDecode(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out EvidenceBody? value, out Verdict verdict)
    {
        value = null;
        verdict = Verdict.Accepted;
        var items = new List<Item>();
        var reader = new CanonicalReader(body.Span);
        while (reader.IsNext(1))
        {
            var bytes = reader.Message(1, EvidenceLimits.RecordBytes);
            if (!reader.Ok) break;
            if (items.Count == EvidenceLimits.RecordsPerTransaction)
            {
                verdict = new Verdict(
                    Refusal.TooLarge, $"a transaction holds at most {EvidenceLimits.RecordsPerTransaction} records");
                return false;
            }

            if (!EvidenceRecord.TryDecode(bytes, out var record, out var error))
            {
                verdict = new Verdict(Refusal.Malformed, $"record {items.Count}: {error}");
                return false;
            }

            items.Add(new Item(record, body.Slice(reader.Position - bytes.Length, bytes.Length)));
        }

        var coSignatures = ReadCoSignatures(ref reader);
        if (!reader.End())
        {
            var refusal = reader.Error.Kind == DecodeErrorKind.TooLarge ? Refusal.TooLarge : Refusal.Malformed;
            verdict = new Verdict(refusal, $"record {items.Count}: {reader.Error}");
            return false;
        }

        if (items.Count == 0)
        {
            verdict = new Verdict(Refusal.Malformed, "an evidence transaction holds at least one record");
            return false;
        }

        value = new EvidenceBody(items, coSignatures);
        return true;
    }

    private static CoSignature[] ReadCoSignatures(ref CanonicalReader reader)
    {
        if (!reader.IsNext(2)) return [];
        var signatures = new List<CoSignature>();
        while (reader.IsNext(2))
        {
            var item = CoSignature.Read(reader.Message(2, CoSignature.MaxBytes), out var error);
            if (item is null) reader.Fail(error.Kind, 2);
            else if (signatures.Count == EvidenceLimits.CoSigners) reader.Fail(DecodeErrorKind.TooLarge, 2);
            else if (signatures.Count > 0 && string.CompareOrdinal(signatures[^1].Member, item.Member) >= 0)
                reader.Fail(DecodeErrorKind.BadValue, 2);
            else signatures.Add(item);
        }

        return [.. signatures];
    }

    /// <summary>A record and its exact bytes.</summary>
    public readonly record struct Item(EvidenceRecord Record, ReadOnlyMemory<byte> Bytes);
}
