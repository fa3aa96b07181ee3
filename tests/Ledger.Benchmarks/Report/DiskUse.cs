using System.Diagnostics;
using System.Globalization;
using Ledger.Benchmarks.Load;

namespace Ledger.Benchmarks.Report;

/// <summary>
/// What a node's databases take on disk, as they lie when the node has stopped: not compacted for the occasion, and with
/// the write-ahead log, which a short run has not yet turned into tables.
/// </summary>
/// <param name="ChainBytes">Space that the channel's database takes.</param>
/// <param name="ChainTableBytes">Of that, table files: what stays.</param>
/// <param name="ChainLogBytes">Of that, write-ahead log: bounded, and reused.</param>
/// <param name="VoteBytes">Space that the vote log takes: bounded, whatever the chain's length.</param>
internal sealed record DiskUse(long ChainBytes, long ChainTableBytes, long ChainLogBytes, long VoteBytes)
{
    /// <summary>Measures the first node of a consortium, which must have stopped.</summary>
    public static DiskUse OfFirstNode(string consortium)
    {
        var data = Path.Combine(Consortium.NodeFolders(consortium)[0], "data");
        var chain = Path.Combine(data, "chain");
        return new DiskUse(
            Allocated(chain), Lengths(chain, "*.sst"), Lengths(chain, "*.log"), Allocated(Path.Combine(data, "votes")));
    }

    private static long Lengths(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Sum(f => new FileInfo(f).Length);

    // The framework knows the length of a file but not the space it takes.
    private static long Allocated(string folder)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["-sB1", folder]) { RedirectStandardOutput = true })!;
        var answer = du.StandardOutput.ReadToEnd();
        du.WaitForExit();
        return long.Parse(answer.Split('\t')[0], CultureInfo.InvariantCulture);
    }
}
