using System.Diagnostics;
using Google.Protobuf;
using Ledger.Client;
using Ledger.Client.Outbox;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Testing.Builders;

namespace Ledger.Benchmarks.Load;

/// <summary>What the SDK costs: its outbox, and what it adds to one record's round trip.</summary>
internal static class ClientBenchmark
{
    private const int Callers = 64;

    /// <summary>
    /// Records a second through the outbox, each durable before its caller goes on, against a node that costs nothing or a
    /// real consortium.
    /// </summary>
    public static async Task<(double RecordsPerSecond, double MicrosecondsPerRecord)> OutboxAsync(
        int records, Consortium? consortium)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-outbox-").FullName;
        try
        {
            var genesis = A.Genesis();
            using var instant = new InstantNode(genesis.Suite.Hash);
            using var client = consortium?.Connect()[0] ?? new LedgerClient(
                new LedgerClientOptions { Genesis = genesis, Identity = A.ClientSigner("org-a") }, [instant]);
            var source = new SampleRecords(
                Guid.NewGuid().ToString("N")[..8], role: consortium is null ? "platform" : "consumer");
            await using var outbox = LedgerOutbox.Open(
                client, new OutboxOptions { Folder = folder, Prove = consortium is not null });
            using var stop = new CancellationTokenSource();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            var run = outbox.RunAsync(stop.Token);
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
            {
                for (var i = 0; i < records / Callers; i++)
                    await outbox.EnqueueAsync(source.Next()).ConfigureAwait(false);
            })).ConfigureAwait(false);
            await outbox.DrainAsync().ConfigureAwait(false);
            var took = clock.Elapsed;
            cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var done = records / Callers * Callers;
            return (done / took.TotalSeconds, cpu.TotalMicroseconds / done);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// Median milliseconds of a round trip by a bare call of signed bytes, and by the client from the record on, in turns
    /// against the same node.
    /// </summary>
    public static async Task<(double Bare, double Client)> RoundTripsAsync(Consortium consortium, int pairs)
    {
        var clients = consortium.Connect();
        try
        {
            var options = clients[0].Options;
            using var api = new GrpcNodeApi(options.Endpoints[0], options.ToConnection());
            var source = new SampleRecords(Guid.NewGuid().ToString("N")[..8]);
            var bare = new List<double>(pairs);
            var client = new List<double>(pairs);
            for (var i = -10; i < pairs; i++)
            {
                var signed = clients[0].Sign([source.Next()]);
                var record = source.Next();
                var first = await TimeAsync(() => api.SubmitAndWaitAsync(
                    new SubmitAndWaitRequest { Transaction = ByteString.CopyFrom(signed.Encoded.Span) },
                    TimeSpan.FromSeconds(10), default)).ConfigureAwait(false);
                var second = await TimeAsync(() => clients[0].AnchorAsync(record)).ConfigureAwait(false);
                if (i < 0) continue;
                bare.Add(first);
                client.Add(second);
            }

            return (Median(bare), Median(client));
        }
        finally
        {
            foreach (var each in clients) each.Dispose();
        }
    }

    private static async Task<double> TimeAsync(Func<Task> call)
    {
        var start = Stopwatch.GetTimestamp();
        await call().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
