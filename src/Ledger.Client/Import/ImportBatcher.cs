using Ledger.Core.Evidence;

namespace Ledger.Client.Import;

/// <summary>Records of consecutive rows that travel in one transaction.</summary>
internal sealed class ImportBatch
{
    public required long LastRow { get; init; }

    public required IReadOnlyList<EvidenceRecord> Records { get; init; }
}

/// <summary>
/// Cuts rows into batches. Where it can, a cut falls between two subjects, so that consecutive batches share none and
/// can be on their way together.
/// </summary>
internal static class ImportBatcher
{
    /// <summary>Cuts rows into batches of about <paramref name="size"/> records and at most the given bytes.</summary>
    public static IEnumerable<ImportBatch> Cut(
        IEnumerable<(long Row, EvidenceRecord Record)> rows, int size, int maxBytes)
    {
        var records = new List<EvidenceRecord>(size);
        var bytes = 0;
        var last = 0L;
        // To reach the end of a subject a batch may grow by a quarter.
        var most = Math.Min(size + (size / 4), EvidenceLimits.RecordsPerTransaction);
        foreach (var (row, record) in rows)
        {
            // Four bytes frame a record in the body.
            var length = record.Encode().Length + 4;
            var full = records.Count >= most || bytes + length > maxBytes
                || (records.Count >= size && records[^1].Subject != record.Subject);
            if (full && records.Count > 0)
            {
                yield return new ImportBatch { LastRow = last, Records = records };
                records = new List<EvidenceRecord>(size);
                bytes = 0;
            }

            records.Add(record);
            bytes += length;
            last = row;
        }

        if (records.Count > 0) yield return new ImportBatch { LastRow = last, Records = records };
    }
}
