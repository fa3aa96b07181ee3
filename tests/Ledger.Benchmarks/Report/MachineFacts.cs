using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Ledger.Benchmarks.Report;

/// <summary>What a figure depends on besides the program.</summary>
/// <param name="Cores">Logical processors that this process may use.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="MemoryBytes">Memory that processes may use.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="FileSystem">Of the folder that the databases lie in.</param>
/// <param name="FsyncP50Milliseconds">Median time to append 4 KiB to a file there and have it on the disk.</param>
/// <param name="FsyncP99Milliseconds">99th percentile of it.</param>
/// <param name="LoadBefore">Processes that wanted to run in the minute before (the load average).</param>
internal sealed record MachineFacts(
    int Cores,
    string Processor,
    long MemoryBytes,
    string System,
    string Runtime,
    string FileSystem,
    double FsyncP50Milliseconds,
    double FsyncP99Milliseconds,
    double LoadBefore)
{
    private const int FsyncSamples = 200;

    /// <summary>Whether so much else ran that the figures mean little.</summary>
    public bool WasBusy => LoadBefore > Cores / 2.0;

    /// <summary>Looks at this machine and measures the disk under a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="load">The load average before the programs that measure were built; null for that of now.</param>
    public static MachineFacts Collect(string folder, string? load = null)
    {
        var fsync = Fsync(Path.Combine(folder, "fsync.probe"));
        return new MachineFacts(
            Environment.ProcessorCount,
            FirstValue("/proc/cpuinfo", "model name"),
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            new DriveInfo(Path.GetFullPath(folder)).DriveFormat,
            fsync[FsyncSamples / 2],
            fsync[FsyncSamples * 99 / 100],
            double.Parse(load ?? File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture));
    }

    private static string FirstValue(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        ?? "unknown";

    private static double[] Fsync(string path)
    {
        var block = new byte[4096];
        var times = new double[FsyncSamples];
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (var i = 0; i < times.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                file.Write(block);
                file.Flush(flushToDisk: true);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        File.Delete(path);
        Array.Sort(times);
        return times;
    }
}
