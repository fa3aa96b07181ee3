using System.Text;
using Ledger.Benchmarks.Load;

namespace Ledger.Benchmarks.Report;

/// <summary>A report as text for people. Not thread-safe. The project has the invariant culture only.</summary>
internal sealed class ReportText
{
    private const double MiB = 1 << 20;

    private readonly StringBuilder _text = new();

    private ReportText()
    {
    }

    public static string Of(BenchReport report)
    {
        var text = new ReportText();
        text.Machine(report.Machine);
        text.Loads(report);
        text.CatchUp(report.CatchUp ?? []);
        text.Ratios(report);
        text.Memory(report);
        text.Disk(report);
        if (report.Machine.WasBusy)
        {
            text.Line();
            text.Line("WARNING: the machine was busy with something else before the run; do not quote these figures.");
        }

        return text._text.ToString();
    }

    private void Machine(MachineFacts machine)
    {
        Line($"Machine  {machine.Cores} cores, {machine.Processor}, {machine.MemoryBytes / MiB:N0} MiB; {machine.System}");
        Line($"Runtime  {machine.Runtime}");
        Line($"Disk     {machine.FileSystem}; 4 KiB and fsync: p50 {machine.FsyncP50Milliseconds:N2} ms, "
            + $"p99 {machine.FsyncP99Milliseconds:N2} ms");
        Line($"Load     {machine.LoadBefore:N2} before the run");
    }

    private void Loads(BenchReport report)
    {
        IReadOnlyList<LoadResult> ledger = [.. report.Singles?.Phases ?? [], .. report.Batches?.Phases ?? []];
        if (ledger.Count == 0 && report.Postgres is null) return;
        Line();
        Line($"{"",-36}{"requests/s",11}{"records/s",11}{"p50 ms",9}{"p99 ms",9}{"max ms",9}{"lag p99",9}"
            + $"{"CPU s",14}{"failed",8}");
        if (ledger.Count > 0) Line("Ledger, four validators");
        foreach (var phase in ledger) Phase(phase);
        if (report.Postgres is null) return;
        Line($"PostgreSQL {report.Postgres.Version}, one server");
        foreach (var phase in report.Postgres.Phases) Phase(phase);
    }

    private void CatchUp(IReadOnlyList<CatchUpBenchmark.Result> results)
    {
        if (results.Count == 0) return;
        Line();
        Line("A node that is behind, three peers in the same process");
        foreach (var result in results)
        {
            Line($"  {result.Shape}: {result.Records:N0} records in {result.Seconds:N1} s, "
                + $"{result.RecordsPerSecond:N0} records/s, {result.TransactionsPerSecond:N0} transactions/s");
            Line($"    {result.SignaturesChecked:N0} signatures checked, {result.Requests:N0} requests, "
                + $"{result.Bytes / MiB:N1} MiB, {result.ProcessorSeconds:N1} s of processor time");
        }
    }

    private void Phase(LoadResult phase)
    {
        var name = phase.Rate > 0
            ? $"{phase.Name} ({phase.Rate:N0}/s)"
            : phase.Name;
        // The generator's processor time, then the servers': what both take away from each other.
        var servers = phase.ServerCpuSeconds > 0
            ? $"{phase.GeneratorCpuSeconds:N1}+{phase.ServerCpuSeconds:N1}"
            : $"{phase.GeneratorCpuSeconds:N1}+?";
        Line($"  {name,-34}{phase.RequestsPerSecond,11:N0}{phase.RecordsPerSecond,11:N0}{phase.P50Milliseconds,9:N1}"
            + $"{phase.P99Milliseconds,9:N1}{phase.MaxMilliseconds,9:N1}{phase.LagP99Milliseconds,9:N1}{servers,14}"
            + $"{phase.Failures,8}");
        if (phase.FirstFailure is { } failure) Line($"    the first failure: {failure}");
    }

    private void Ratios(BenchReport report)
    {
        if (report.Postgres is not { } postgres || report.Singles is not { } singles || report.Batches is not { } batches)
            return;
        LoadResult Ledger(string name) => singles.Phases.Concat(batches.Phases).First(p => p.Name == name);
        LoadResult Baseline(string name) => postgres.Phases.First(p => p.Name == name);
        Line();
        Line("PostgreSQL compared with Ledger: how many times as much");
        Line($"  records a second, one at a time   {Ratio(
            Baseline(PostgresBenchmark.Full).RecordsPerSecond, Ledger(ConsortiumBenchmark.Full).RecordsPerSecond)}");
        Line($"  records a second, in batches      {Ratio(
            Baseline(PostgresBenchmark.Batches).RecordsPerSecond, Ledger(ConsortiumBenchmark.Batches).RecordsPerSecond)}");
        Line($"  median latency, one client        {Ratio(
            Baseline(PostgresBenchmark.Idle).P50Milliseconds, Ledger(ConsortiumBenchmark.Idle).P50Milliseconds)}");
    }

    private void Memory(BenchReport report)
    {
        foreach (var (name, result) in new[] { ("one record", report.Singles), ("100 records", report.Batches) })
        {
            if (result is null) continue;
            Line();
            Line($"Memory of the nodes after {name} a transaction, MiB resident (peak)");
            var nodes = result.Memory.Select(m => $"{m.ResidentBytes / MiB:N0} ({m.PeakBytes / MiB:N0})");
            Line($"  {string.Join("   ", nodes)}");
        }
    }

    private void Disk(BenchReport report)
    {
        if (report.Singles is null && report.Batches is null && report.Postgres is null) return;
        Line();
        Line($"{"Disk, bytes a record",-36}{"records",11}{"chain",9}{"tables",9}{"log",9}{"votes",9}");
        DiskLine("Ledger, one record a transaction", report.Singles, report.SinglesDisk);
        DiskLine("Ledger, 100 records a transaction", report.Batches, report.BatchesDisk);
        if (report.Postgres is not { Rows: > 0 } postgres) return;
        Line($"{"PostgreSQL, with indexes",-36}{postgres.Rows,11:N0}{"",9}"
            + $"{(double)postgres.RelationBytes / postgres.Rows,9:N0}{(double)postgres.WalBytes / postgres.Rows,9:N0}");
    }

    private void DiskLine(string name, ConsortiumResult? result, DiskUse? disk)
    {
        if (result is not { Records: > 0 } || disk is null) return;
        double Each(long bytes) => (double)bytes / result.Records;
        Line($"{name,-36}{result.Records,11:N0}{Each(disk.ChainBytes),9:N0}{Each(disk.ChainTableBytes),9:N0}"
            + $"{Each(disk.ChainLogBytes),9:N0}{Each(disk.VoteBytes),9:N0}");
    }

    private static string Ratio(double value, double of) =>
        of > 0 ? $"{value / of,8:N2}" : "?";

    private void Line() => _text.Append('\n');

    private void Line(string line) => _text.Append(line).Append('\n');
}
