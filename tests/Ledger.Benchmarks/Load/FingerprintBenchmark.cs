using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ledger.Client.Fingerprints;
using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;

namespace Ledger.Benchmarks.Load;

/// <summary>Fingerprints and disclosures of a whole file, as an insurer's car maker takes them.</summary>
internal static class FingerprintBenchmark
{
    // As long as a row of a vehicle's telemetry.
    private const string Row = "vehicle-{0},2026-01-01T00:{1:D2}:{2:D2}Z,{3},39.{4:D4},116.{5:D4},ok\n";

    private static readonly CompositeFormat RowFormat = CompositeFormat.Parse(Row);

    /// <summary>Prints a line for each rule.</summary>
    public static async Task PrintAsync(string folder, int mebibytes)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "fingerprint-benchmark.csv");
        try
        {
            Write(path, mebibytes);
            await PrintAsync(path, mebibytes, "csv", FingerprintParameters.Csv()).ConfigureAwait(false);
            await PrintAsync(path, mebibytes, "lines", FingerprintParameters.Lines()).ConfigureAwait(false);
            await PrintAsync(path, mebibytes, "chunks", FingerprintParameters.Chunks()).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task PrintAsync(string path, int mebibytes, string name, FingerprintParameters parameters)
    {
        var secret = new byte[FingerprintBuilder.SecretSize];
        var (start, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var whole = await FileFingerprint.ComputeAsync(path, Sha256.Instance, parameters, secret).ConfigureAwait(false);
        var (seconds, processor) = (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - before);
        start = Stopwatch.GetTimestamp();
        await FileFingerprint.DiscloseAsync(path, Sha256.Instance, whole, secret, whole.RecordCount / 2, 10)
            .ConfigureAwait(false);
        var disclosing = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {whole.RecordCount} records, {mebibytes / seconds.TotalSeconds:N0} MiB/s, "
            + $"{mebibytes / processor.TotalSeconds:N0} MiB a second of processor time, "
            + $"{whole.RecordCount / processor.TotalSeconds:N0} records a second of processor time; "
            + $"disclosed at {mebibytes / disclosing.TotalSeconds:N0} MiB/s; "
            + $"{Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB of memory at most"));
    }

    private static void Write(string path, int mebibytes)
    {
        using var file = new StreamWriter(path);
        file.Write("vehicle,time,speed,latitude,longitude,note\n");
        var length = 43L;
        for (var i = 0; length < (long)mebibytes << 20; i++)
        {
            var row = string.Format(
                CultureInfo.InvariantCulture, RowFormat, i % 97, i / 60 % 60, i % 60, i % 120, i % 10000, i % 9999);
            file.Write(row);
            length += row.Length;
        }
    }
}
