using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Ledger.Contracts.Engine;

namespace Ledger.Benchmarks.Load;

/// <summary>
/// What the contract engine adds to a process until its first call has a result: new processes of the <c>ledger</c> command
/// run a script of one line, with the engine's code beside them and without, and as many do nothing but say their version.
/// </summary>
internal static partial class FirstCallBenchmark
{
    private const string Script = "1 + 1";
    private const int Children = -1; // RUSAGE_CHILDREN

    /// <summary>Prints a line for each way; the ways take turns, so that they have the same neighbours.</summary>
    public static void Print(string program, int runs)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-first-call-").FullName;
        try
        {
            var script = Path.Combine(folder, "one.js");
            File.WriteAllText(script, Script);
            var without = CopyWithout(program, Path.Combine(folder, "without"));
            (string Name, string[] Command, List<Times> Times)[] ways =
            [
                ("the process alone (--version)", [program, "--version"], []),
                ("first call", [program, "contract", "sandbox", script], []),
                ("first call, without " + PrecompiledEngine.FileName, [without, "contract", "sandbox", script], []),
            ];
            foreach (var way in ways) Run(way.Command);
            for (var i = 0; i < runs; i++)
            {
                foreach (var way in ways) way.Times.Add(Run(way.Command));
            }

            foreach (var way in ways) Console.WriteLine($"{way.Name}: {Describe(way.Times, [])}");
            foreach (var way in ways[1..])
                Console.WriteLine($"the engine's share of {way.Name}: {Describe(way.Times, ways[0].Times)}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string CopyWithout(string program, string folder)
    {
        var from = Path.GetDirectoryName(Path.GetFullPath(program))!;
        if (!File.Exists(Path.Combine(from, PrecompiledEngine.FileName)))
            throw new FileNotFoundException($"{PrecompiledEngine.FileName} does not lie beside {program}.");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) == PrecompiledEngine.FileName) continue;
            var to = Path.Combine(folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return Path.Combine(folder, Path.GetFileName(program));
    }

    private static Times Run(string[] command)
    {
        // What runs this process, unless it has a starter of its own.
        var self = Environment.ProcessPath;
        var info = new ProcessStartInfo(Path.GetFileName(self) == "dotnet" ? self! : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.ArgumentList.Add("exec");
        foreach (var argument in command) info.ArgumentList.Add(argument);
        var (start, before) = (Stopwatch.GetTimestamp(), ProcessorTimeOfChildren());
        using var process = Process.Start(info)!;
        process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        var taken = new Times(
            Stopwatch.GetElapsedTime(start).TotalMilliseconds, ProcessorTimeOfChildren() - before);
        return process.ExitCode == 0
            ? taken
            : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {error}");
    }

    private static string Describe(List<Times> times, List<Times> less)
    {
        return $"{Of(t => t.Elapsed)}; processor time {Of(t => t.Processor)}";

        string Of(Func<Times, double> part)
        {
            var (all, other) = (times.Select(part).Order().ToArray(), less.Select(part).Order().ToArray());
            var least = all[0] - other.FirstOrDefault();
            var median = all[all.Length / 2] - other.ElementAtOrDefault(other.Length / 2);
            return string.Create(CultureInfo.InvariantCulture, $"least {least:N0} ms, median {median:N0} ms");
        }
    }

    // Of those that have ended.
    private static double ProcessorTimeOfChildren()
    {
        if (GetResourceUsage(Children, out var usage) != 0) throw new InvalidOperationException("getrusage failed");
        return ((usage.UserSeconds + usage.SystemSeconds) * 1e3)
            + ((usage.UserMicroseconds + usage.SystemMicroseconds) / 1e3);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, out ResourceUsage usage);

    private readonly record struct Times(double Elapsed, double Processor);

    /// <summary>struct rusage of 64-bit Linux: two times, and fourteen numbers that are not read.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct ResourceUsage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
    }
}
