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
    private EvidenceBody(IReadOnlyList<Item> items) => Items = items;

    /// <summary>The records in order, each with its exact bytes.</summary>
    public IReadOnlyList<Item> Items { get; }

    /// <summary>Encodes records as a body.</summary>
    public static byte[] Encode(IEnumerable<EvidenceRecord> records)
    {
        var writer = new CanonicalWriter(1024);
        foreach (var record in records) writer.Message(1, record.Encode());
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

        value = new EvidenceBody(items);
        return true;
    }

    /// <summary>A record and its exact bytes.</summary>
    public readonly record struct Item(EvidenceRecord Record, ReadOnlyMemory<byte> Bytes);
}
