using System.Diagnostics;
using Ledger.Client;
using Ledger.Client.Identity;
using Ledger.Core.Membership;

namespace Ledger.Benchmarks.Load;

/// <summary>
/// Closed-loop load on a running consortium: a fixed number of transactions in flight, spread over all nodes, optionally
/// paced. Each is signed, submitted and waited for until its block is certified: what a careful client does.
/// </summary>
internal sealed class LoadGenerator(LoadOptions options)
{
    // Bound: what a run of minutes at the highest conceivable rate takes.
    private const int MaxSamples = 4_000_000;

    private readonly List<double> _latencies = new(1 << 20);
    private readonly Lock _gate = new();
    private long _failures;
    private long _ticket;

    public async Task<LoadResult> RunAsync(CancellationToken cancel)
    {
        var genesis = LoadGenesis();
        var identity = IdentityFile.Load(Path.Combine(options.Consortium, "identities", "client.key"));
        var clients = Enumerable.Range(0, genesis.Validators.Count)
            .Select(i => new LedgerClient(new LedgerClientOptions
            {
                Endpoints = [new Uri($"http://127.0.0.1:{7500 + i}")],
                Genesis = genesis,
                Identity = identity,
            }))
            .ToArray();
        var records = new SampleRecords(Guid.NewGuid().ToString("N")[..8]);
        var clock = Stopwatch.StartNew();
        var end = options.WarmUp + options.Duration;
        var workers = Enumerable.Range(0, options.InFlight)
            .Select(i => Task.Run(() => WorkAsync(clients[i % clients.Length], records, clock, end, cancel), cancel))
            .ToArray();
        await Task.WhenAll(workers).ConfigureAwait(false);
        foreach (var client in clients) client.Dispose();
        return Summarise();
    }

    private Genesis LoadGenesis() =>
        GenesisJson.TryParse(
            File.ReadAllBytes(Path.Combine(options.Consortium, "genesis.json")), out var genesis, out var error)
            ? genesis
            : throw new InvalidDataException(error);

    private async Task WorkAsync(
        LedgerClient client, SampleRecords records, Stopwatch clock, TimeSpan end, CancellationToken cancel)
    {
        while (clock.Elapsed < end)
        {
            if (options.Rate > 0) await PaceAsync(clock, cancel).ConfigureAwait(false);
            var batch = new Ledger.Core.Evidence.EvidenceRecord[options.RecordsPerTransaction];
            for (var i = 0; i < batch.Length; i++) batch[i] = records.Next();
            var start = clock.Elapsed;
            try
            {
                var outcome = await client.AnchorAsync(batch, cancel).ConfigureAwait(false);
                if (outcome.IsRecorded) Record(start, clock.Elapsed);
                else Interlocked.Increment(ref _failures);
            }
            catch (Exception e) when (e is Ledger.Client.Transport.RpcException or TimeoutException)
            {
                Interlocked.Increment(ref _failures);
            }
        }
    }

    // Tickets leave at even distances, so a slow answer does not thin the load out (no coordinated omission).
    private async Task PaceAsync(Stopwatch clock, CancellationToken cancel)
    {
        var due = TimeSpan.FromSeconds((double)Interlocked.Increment(ref _ticket) / options.Rate);
        var wait = due - clock.Elapsed;
        if (wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System, cancel).ConfigureAwait(false);
    }

    private void Record(TimeSpan start, TimeSpan end)
    {
        if (start < options.WarmUp) return;
        lock (_gate)
        {
            if (_latencies.Count < MaxSamples) _latencies.Add((end - start).TotalMilliseconds);
        }
    }

    private LoadResult Summarise()
    {
        _latencies.Sort();
        double At(double share) => _latencies.Count == 0 ? 0 : _latencies[(int)(share * (_latencies.Count - 1))];
        return new LoadResult(
            _latencies.Count, (long)_latencies.Count * options.RecordsPerTransaction, options.Duration.TotalSeconds,
            At(0.5), At(0.99), _failures);
    }
}
