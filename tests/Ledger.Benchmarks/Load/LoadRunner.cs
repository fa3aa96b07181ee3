using System.Diagnostics;

namespace Ledger.Benchmarks.Load;

/// <summary>
/// Runs one phase: a fixed number of workers, each with one request in flight. Without a rate the loop is closed, and the
/// latency is what a client sees that waits for one answer before it asks again. With a rate, requests are due at even
/// distances whatever became of those before, and latency counts from the moment a request was due, not from when a worker
/// came free: a stall of the server is felt by every request that it delays (no coordinated omission).
/// </summary>
/// <param name="options">The phase.</param>
/// <param name="send">Sends the next request of a worker; returns why it came to nothing, or null when it succeeded.</param>
/// <param name="serverCpu">Processor time that the servers have used so far.</param>
internal sealed class LoadRunner(LoadOptions options, Func<int, Task<string?>> send, Func<TimeSpan> serverCpu)
{
    private readonly long _warmUp = ToTicks(options.WarmUp);
    private readonly long _end = ToTicks(options.WarmUp + options.Duration);
    private long _start;
    private long _ticket = -1;

    /// <summary>Runs the phase. Call it once.</summary>
    public async Task<LoadResult> RunAsync()
    {
        var logs = new WorkerLog[options.InFlight];
        for (var i = 0; i < logs.Length; i++) logs[i] = new WorkerLog();
        _start = Stopwatch.GetTimestamp();
        var workers = logs.Select((log, i) => Task.Run(() => WorkAsync(i, log))).ToArray();
        await Task.Delay(options.WarmUp).ConfigureAwait(false);
        var (generatorBefore, serverBefore) = (Environment.CpuUsage.TotalTime, serverCpu());
        await Task.Delay(options.Duration).ConfigureAwait(false);
        var (generator, server) = (Environment.CpuUsage.TotalTime - generatorBefore, serverCpu() - serverBefore);
        await Task.WhenAll(workers).ConfigureAwait(false);
        return Summarise(logs, generator, server);
    }

    private static long ToTicks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);

    private static double ToMilliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;

    private async Task WorkAsync(int worker, WorkerLog log)
    {
        while (true)
        {
            var due = Now();
            if (options.Rate > 0)
            {
                due = (long)(Interlocked.Increment(ref _ticket) * Stopwatch.Frequency / options.Rate);
                if (due >= _end) return;
                var wait = due - Now();
                if (wait > 0) await Task.Delay(TimeSpan.FromMilliseconds(ToMilliseconds(wait))).ConfigureAwait(false);
            }

            if (due >= _end) return;
            var started = Now();
            var failure = await send(worker).ConfigureAwait(false);
            var answered = Now();
            if (failure is not null)
            {
                log.Failures++;
                log.FirstFailure ??= failure;
                continue;
            }

            // What was asked for while it was measured makes the latencies; what was answered then makes the throughput.
            if (due >= _warmUp) log.Add(answered - due, started - due);
            if (answered >= _warmUp && answered < _end) log.Answered++;
        }
    }

    private long Now() => Stopwatch.GetTimestamp() - _start;

    private LoadResult Summarise(WorkerLog[] logs, TimeSpan generator, TimeSpan server)
    {
        long[] latencies = [.. logs.SelectMany(l => l.Latencies).Order()];
        long[] lags = [.. logs.SelectMany(l => l.Lags).Order()];
        return new LoadResult(
            options.Name,
            options.RecordsPerRequest,
            options.InFlight,
            options.Rate,
            options.Duration.TotalSeconds,
            logs.Sum(l => l.Answered),
            At(latencies, 0.5),
            At(latencies, 0.99),
            At(latencies, 1),
            At(lags, 0.99),
            generator.TotalSeconds,
            server.TotalSeconds,
            logs.Sum(l => l.Failures),
            logs.Select(l => l.FirstFailure).FirstOrDefault(f => f is not null));
    }

    // The smallest sample that is not below the given share of all samples (nearest rank).
    private static double At(long[] sorted, double share) =>
        sorted.Length == 0 ? 0 : ToMilliseconds(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)]);

    /// <summary>What one worker saw. Its own, so that recording takes no lock.</summary>
    private sealed class WorkerLog
    {
        // Bound: hours for one of many workers, minutes for a single one at the highest conceivable rate.
        private const int MaxSamples = 1 << 18;

        public List<long> Latencies { get; } = new(1024);

        public List<long> Lags { get; } = new(1024);

        public long Answered { get; set; }

        public long Failures { get; set; }

        public string? FirstFailure { get; set; }

        public void Add(long latency, long lag)
        {
            if (Latencies.Count >= MaxSamples) return;
            Latencies.Add(latency);
            Lags.Add(lag);
        }
    }
}
