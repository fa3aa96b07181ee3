using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ledger.Client;
using Ledger.Client.Submit;
using Ledger.Core.Evidence;
using Ledger.Core.Fingerprints;
using Ledger.Core.Membership;

namespace Ledger.Cli.Commands;

/// <summary>What a load came to.</summary>
/// <param name="Transactions">Transactions that were certified.</param>
/// <param name="Records">Records in them.</param>
/// <param name="Seconds">From the first to the last.</param>
/// <param name="Milliseconds">Latencies, in ascending order.</param>
/// <param name="Failures">How many failed, by reason.</param>
internal sealed record BenchReport(
    long Transactions,
    long Records,
    double Seconds,
    double[] Milliseconds,
    IReadOnlyDictionary<string, int> Failures)
{
    public double Quantile(double q) =>
        Milliseconds.Length == 0 ? 0 : Milliseconds[(int)Math.Ceiling(q * Milliseconds.Length) is var n and > 0 ? n - 1 : 0];
}

/// <summary>
/// A load on a channel. Without a rate each worker sends when it was answered; with one, transactions are due at even
/// distances, and latency counts from when one was due, so that a stall is charged to all that it held up.
/// </summary>
internal sealed class BenchRun(CliHost host, LedgerClient client, Member member)
{
    private const int MaxReasons = 16;

    // Bound: a double for each transaction of an hour at the highest rate that a node takes, some 30 MB.
    private readonly ConcurrentQueue<double> _latencies = [];
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly string _subject = $"bench/{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    private long _next;

    public required TimeSpan Duration { get; init; }

    /// <summary>Transactions a second; 0 when unpaced.</summary>
    public required int Rate { get; init; }

    public required int InFlight { get; init; }

    public required int Batch { get; init; }

    public async Task<BenchReport> RunAsync(CancellationToken cancellation)
    {
        var since = host.Time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => WorkAsync(since, cancellation)));
        var seconds = Math.Max(1e-3, host.Time.GetElapsedTime(since).TotalSeconds);
        var latencies = _latencies.ToArray();
        Array.Sort(latencies);
        return new BenchReport(latencies.Length, (long)latencies.Length * Batch, seconds, latencies, _failures);
    }

    private async Task WorkAsync(long since, CancellationToken cancellation)
    {
        while (true)
        {
            var number = Interlocked.Increment(ref _next) - 1;
            var due = Rate > 0 ? TimeSpan.FromSeconds(number / (double)Rate) : host.Time.GetElapsedTime(since);
            if (due >= Duration) return;
            var wait = due - host.Time.GetElapsedTime(since);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, host.Time, cancellation);
            try
            {
                var outcome = await client.AnchorAsync(Records(number), cancellation);
                if (outcome.State == AnchorState.Recorded)
                    _latencies.Enqueue((host.Time.GetElapsedTime(since) - due).TotalMilliseconds);
                else
                    Count(outcome.Reason ?? outcome.State.ToString());
            }
            catch (LedgerUnavailableException)
            {
                Count("UNAVAILABLE");
            }
        }
    }

    private void Count(string reason)
    {
        if (_failures.Count < MaxReasons || _failures.ContainsKey(reason)) _failures.AddOrUpdate(reason, 1, (_, n) => n + 1);
    }

    private EvidenceRecord[] Records(long number) =>
    [
        .. Enumerable.Range(0, Batch).Select(i => new EvidenceRecord
        {
            Type = "fingerprint.data",
            Subject = $"{_subject}/{number % 1000}",
            Actor = "bench",
            Action = "anchor",
            Role = RoleOf(member),
            Digests = [new EvidenceDigest(Fingerprint.DigestAlgorithm, RandomNumberGenerator.GetBytes(32))],
            Attributes = [EvidenceAttribute.Integer("records", i)],
        }),
    ];

    private static string RoleOf(Member member) =>
        Ledger.Core.Evidence.Catalogue.EvidenceCatalogue.Find("fingerprint.data")!.Roles.FirstOrDefault(member.HasRole)
        ?? throw new CliException(ExitCodes.Refused, "your organisation holds no role that may anchor fingerprints");
}
