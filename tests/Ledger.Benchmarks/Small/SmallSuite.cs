using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Ledger.Benchmarks.Small;

/// <summary>One measured operation.</summary>
/// <param name="Name">Class, method and parameters.</param>
/// <param name="Nanoseconds">Mean time of one operation.</param>
/// <param name="ErrorNanoseconds">Half of the 99.9 % confidence interval of the mean.</param>
/// <param name="AllocatedBytes">Managed memory that one operation allocates.</param>
internal sealed record SmallResult(string Name, double Nanoseconds, double ErrorNanoseconds, long AllocatedBytes);

/// <summary>
/// The small parts with BenchmarkDotNet. In this process and with short iterations, so that all of them take some two
/// minutes: good for orders of magnitude and for allocated bytes; a change of a few percent needs more launches.
/// </summary>
internal static class SmallSuite
{
    private static readonly Type[] Classes =
    [
        typeof(CodecBenchmarks), typeof(CryptoBenchmarks), typeof(LogTreeBenchmarks), typeof(StateTreeBenchmarks),
        typeof(ReceiptBenchmarks), typeof(StorageBenchmarks), typeof(FingerprintBenchmarks), typeof(ConsensusBenchmarks),
        typeof(ContractCallBenchmarks),
    ];

    /// <summary>Runs the benchmarks whose name fits a filter, and prints their tables.</summary>
    public static SmallResult[] Run(string filter, bool quick, string artifacts)
    {
        var job = Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(quick ? 1 : 2)
            .WithIterationCount(quick ? 2 : 5)
            .WithIterationTime(TimeInterval.FromMilliseconds(quick ? 10 : 100));
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(artifacts)
            .WithOption(ConfigOptions.JoinSummary, true)
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40));
        var summaries = BenchmarkSwitcher.FromTypes(Classes).Run(["--filter", filter], config).ToArray();
        var results = summaries.SelectMany(s => s.Reports).Select(Read).ToArray();
        foreach (var result in results)
        {
            Console.WriteLine(
                $"{result.Name,-50}{Time(result.Nanoseconds),12} ±{Time(result.ErrorNanoseconds),11}"
                + $"{result.AllocatedBytes,12:N0} B");
        }

        return results;
    }

    private static SmallResult Read(BenchmarkReport report)
    {
        var benchmark = report.BenchmarkCase;
        var name = $"{benchmark.Descriptor.Type.Name.Replace("Benchmarks", "", StringComparison.Ordinal)}."
            + $"{benchmark.Descriptor.WorkloadMethod.Name}({benchmark.Parameters.ValueInfo.Trim('[', ']')})";
        return report.ResultStatistics is { } statistics
            ? new SmallResult(
                name,
                statistics.Mean,
                double.IsFinite(statistics.ConfidenceInterval.Margin) ? statistics.ConfidenceInterval.Margin : 0,
                report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? 0)
            : throw new InvalidOperationException($"{name} could not be measured");
    }

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => $"{nanoseconds:N1} ns",
        < 1e6 => $"{nanoseconds / 1e3:N2} µs",
        _ => $"{nanoseconds / 1e6:N2} ms",
    };
}
