using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Ledger.Contracts.Runtime;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Storage;

namespace Ledger.Cli.Doctor;

/// <summary>What is true of this machine and this program, whichever node is looked at.</summary>
internal static class MachineChecks
{
    // RocksDB keeps a file open for each table; 4,096 last for some 250 GB of tables.
    private const int FewFiles = 4096;

    private const long LittleSpace = 10L << 30;
    private const long NoSpace = 1L << 30;
    private const int SyncTrials = 15;

    // A vote waits for the disk, and a block for three rounds of votes.
    private static readonly TimeSpan SlowSync = TimeSpan.FromMilliseconds(20);

    /// <summary>Program, libraries, limits.</summary>
    public static IEnumerable<Finding> Machine()
    {
        yield return Finding.Ok(
            "version",
            $"ledger {Version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        yield return NativeStorageLibrary.FindProblem() is { } missing
            ? Finding.Fail("libraries", missing, "scripts/setup, or install what the message names")
            : Finding.Ok("libraries", $"RocksDB: {LoadedFile("rocksdb")}");
        yield return Secp256k1();
        yield return OpenFiles("/proc/self/limits");
    }

    /// <summary>The version of this program, as nodes say theirs.</summary>
    public static string Version { get; } =
        typeof(Genesis).Assembly.GetName().Version is { } v ? $"{v.Major}.{v.Minor}.{v.Build}" : "unknown";

    /// <summary>
    /// Whether this version has the contract engine that the channel names, and its precompiled code is used.
    /// </summary>
    /// <param name="genesis">The channel's.</param>
    /// <param name="problemOf">Why that code is not used; null when it is, or there is none.</param>
    public static IEnumerable<Finding> Engine(Genesis genesis, Func<string?> problemOf)
    {
        if (genesis.Parameters.Contracts is not { } contracts)
        {
            yield return Finding.Ok("engine", "the channel has no contracts");
            yield break;
        }

        yield return KnownEngines.All.Contains(contracts.Engine)
            ? Finding.Ok("engine", $"this version has the channel's contract engine {Short(contracts.Engine)}")
            : Finding.Fail(
                "engine",
                $"the channel's contract engine {Short(contracts.Engine)} is not built into this version",
                "install the version that the other nodes run: a node with another engine cannot execute blocks");
        if (problemOf() is { } problem)
        {
            yield return Finding.Warn(
                "engine", $"the engine's precompiled code is not used: {problem}",
                "build, publish or install this version again: the first call of each process takes half a second longer");
        }
    }

    /// <summary>The limit on open files, read from a file of the form of /proc/self/limits.</summary>
    public static Finding OpenFiles(string path)
    {
        const string Name = "Max open files";
        if (!File.Exists(path)) return Finding.Ok("files", "this system does not say how many files may be open");
        var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal));
        var hard = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1);
        // The runtime raises the soft limit to the hard one.
        return int.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var files) && files < FewFiles
            ? Finding.Warn(
                "files", $"at most {files} files may be open", $"raise it to {FewFiles} or more (ulimit -n, LimitNOFILE=)")
            : Finding.Ok("files", $"{hard ?? "any number of"} files may be open");
    }

    /// <summary>Space and speed of the disk below a node's data folder.</summary>
    public static IEnumerable<Finding> Disk(string about, string folder)
    {
        if (!Directory.Exists(folder))
        {
            yield return Finding.Fail(
                "disk", $"{about}: the data folder {folder} is not there", "make it, or correct 'data' in node.json");
            yield break;
        }

        yield return Space(about, new DriveInfo(folder).AvailableFreeSpace);
        TimeSpan? sync = null;
        string? problem = null;
        try
        {
            sync = TimeOfSync(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }

        yield return sync is { } time
            ? Sync(about, time)
            : Finding.Fail(
                "disk", $"{about}: nothing can be written in {folder}: {problem}",
                "let the node's user own the folder, and mount the disk for writing");
    }

    /// <summary>What free space means.</summary>
    public static Finding Space(string about, long free)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{about}: {free / (double)(1 << 30):0.0} GiB free");
        return free switch
        {
            < NoSpace => Finding.Fail("disk", text, "free some: a node whose disk is full stops (exit code 74)"),
            < LittleSpace => Finding.Warn("disk", text, "plan for more: there is no pruning"),
            _ => Finding.Ok("disk", text),
        };
    }

    /// <summary>What the time that a synchronised write takes means.</summary>
    public static Finding Sync(string about, TimeSpan time)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{about}: a synchronised write takes {time.TotalMilliseconds:0.0} ms");
        return time > SlowSync
            ? Finding.Warn("disk", text, "use a disk with a write cache that survives a power cut: every vote waits for it")
            : Finding.Ok("disk", text);
    }

    private static TimeSpan TimeOfSync(string folder)
    {
        var path = Path.Combine(folder, $".doctor-{Environment.ProcessId}.tmp");
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
            var block = new byte[4096];
            var times = new TimeSpan[SyncTrials];
            for (var i = 0; i < times.Length; i++)
            {
                var since = Stopwatch.GetTimestamp();
                file.Write(block);
                file.Flush(flushToDisk: true);
                times[i] = Stopwatch.GetElapsedTime(since);
            }

            Array.Sort(times);
            return times[SyncTrials / 2];
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Finding Secp256k1()
    {
        var suite = Secp256k1Suite.Default;
        return suite.IsNative
            ? Finding.Ok(
                "libraries", $"libsecp256k1: {LoadedFile("secp256k1")}; OpenSSL: {LoadedFile("crypto")}")
            : Finding.Warn(
                "libraries", "libsecp256k1 is not used: signatures are checked ten times slower",
                "apt install libsecp256k1-1 (Debian 12) or a later one");
    }

    // The name that the system's loader ended at carries the version.
    private static string LoadedFile(string name)
    {
        const string Maps = "/proc/self/maps";
        if (!File.Exists(Maps)) return "loaded";
        var line = File.ReadLines(Maps).FirstOrDefault(l => l.Contains($"lib{name}", StringComparison.Ordinal));
        return line is null ? "loaded" : Path.GetFileName(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    private static string Short(Hash256 hash) => hash.ToString()[..16];
}
