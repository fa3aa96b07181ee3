using System.Diagnostics.Metrics;

namespace Ledger.Node.Observability;

/// <summary>
/// What the databases take on disk, logs and all, so that growth is seen before the disk is full (PITFALLS P13). Read when
/// metrics are scraped: a few dozen files.
/// </summary>
internal static class DiskGauge
{
    public static void Add(Meter meter, string data) => meter.CreateObservableGauge(
        "ledger.storage.size", () => Measure(data), "By", "Bytes of the node's files on disk, by database");

    private static IEnumerable<Measurement<long>> Measure(string data)
    {
        foreach (var folder in new DirectoryInfo(data).EnumerateDirectories())
        {
            yield return new Measurement<long>(
                folder.EnumerateFiles().Sum(LengthOf), new KeyValuePair<string, object?>("ledger.database", folder.Name));
        }
    }

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Compaction removed it meanwhile.
            return 0;
        }
    }
}
