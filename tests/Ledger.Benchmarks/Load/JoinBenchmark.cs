using System.Diagnostics;
using System.Globalization;
using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Node.Contracts;
using Ledger.Node.Hosting;
using Ledger.Node.Sync;
using Ledger.Storage;
using Ledger.Testing.Builders;
using Ledger.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ledger.Benchmarks.Load;

/// <summary>
/// A node without data comes to a channel with contracts: by executing the whole chain, and from a snapshot with all leaves.
/// Peers and network are in this process and share its processors.
/// </summary>
internal sealed class JoinBenchmark(int records)
{
    private const int PaymentsPerBlock = 90;
    private const int CallsPerBlock = 10;

    private const string Source = """
        export function check(ctx, args) {
          const found = ctx.evidence.timeline(args.subject, { limit: 3 });
          const count = (ctx.state.get("count") ?? 0) + found.length;
          ctx.state.put("count", count);
          return { count };
        }
        """;

    private const string Schema = """{ "functions": { "check": {} } }""";

    /// <summary>What was measured.</summary>
    /// <param name="Records">Records on the chain.</param>
    /// <param name="Blocks">Its blocks.</param>
    /// <param name="Calls">Its contract calls.</param>
    /// <param name="ReplaySeconds">Executing it.</param>
    /// <param name="ReplayProcessorSeconds">Processor time of that, the serving side included.</param>
    /// <param name="JoinSeconds">From the first question to the installed snapshot.</param>
    /// <param name="JoinProcessorSeconds">Processor time of that, the serving side included.</param>
    /// <param name="JoinBytes">Bytes of the answers.</param>
    internal sealed record Result(
        long Records, ulong Blocks, long Calls, double ReplaySeconds, double ReplayProcessorSeconds, double JoinSeconds,
        double JoinProcessorSeconds, long JoinBytes);

    public async Task<Result> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-bench").FullName;
        var genesis = A.Genesis(contracts: new ContractParameters { Engine = KnownEngines.Newest });
        try
        {
            using var runtime = ContractEngines.BuiltIn.Open(genesis)!;
            using var source = new ChainSide(Path.Combine(folder, "source"), genesis, runtime);
            Fill(source);
            using var replays = new ChainSide(Path.Combine(folder, "replays"), genesis, runtime);
            var replay = await CatchUpBenchmark.CatchUpAsync("replay", source, replays).ConfigureAwait(false);
            var (seconds, processor, bytes) = await JoinAsync(source, Path.Combine(folder, "joins")).ConfigureAwait(false);
            return new Result(
                source.Records, replay.Blocks, (long)(replay.Blocks - 1) * CallsPerBlock, replay.Seconds,
                replay.ProcessorSeconds, seconds, processor, bytes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Fill(ChainSide source)
    {
        var genesis = source.Store.Genesis;
        var samples = new SampleRecords("join", subjects: 1000);
        var made = 0UL;
        SignedTransaction Contract(ContractBody body) =>
            A.Transaction(genesis, "org-b", body, new Timestamp(A.Start.UnixMilliseconds + ++made));

        source.AddBlock([Contract(A.Deploy("checker", KnownEngines.Newest, Source, gas: 500_000_000, schema: Schema))]);
        while (source.Records < records)
        {
            source.AddBlock(
            [
                .. Enumerable.Range(0, PaymentsPerBlock)
                    .Select(_ => A.Transaction(genesis, "org-a", samples.Next() with { Role = "platform" })),
                .. Enumerable.Range(0, CallsPerBlock).Select(i => Contract(A.Call(
                    "checker", "check",
                    string.Create(CultureInfo.InvariantCulture, $$"""{"subject":"order-join-{{made % 1000:D7}}"}""")))),
            ]);
        }
    }

    private static async Task<(double Seconds, double Processor, long Bytes)> JoinAsync(ChainSide source, string path)
    {
        var hub = new InMemoryHub();
        var genesis = source.Store.Genesis;
        PeerId[] peers = [.. genesis.Validators.Validators.Select(v => PeerId.FromPublicKey(v.Key.Encoded))];
        using var keeper = new SnapshotKeeper(source.Store, SnapshotKeeper.DefaultInterval);
        var service = new SyncService(source.Store, source.Chain, source.Pool, keeper);
        var bytes = 0L;
        var networks = new List<InMemoryNetwork>();
        foreach (var peer in peers)
        {
            var network = hub.Join(peer);
            networks.Add(network);
            if (peer == peers[0]) continue;
            network.HandleRequests(LedgerProtocols.Sync, (_, request, stop) =>
            {
                var answer = service.Answer(Node.Wire.SyncRequest.Decode(request.Span), stop);
                Interlocked.Add(ref bytes, answer.Length);
                return new(answer);
            });
            await network.StartAsync(CancellationToken.None).ConfigureAwait(false);
        }

        using var store = LedgerStore.Open(new StorageOptions { Path = path }, genesis);
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        var joiner = new SnapshotJoiner(
            store, 0, networks[0], peers[1..], CatchUpOptions.For(genesis.Parameters).Fetch,
            new NodeClock(TimeProvider.System), source.Metrics, NullLogger<SnapshotJoiner>.Instance);
        var joined = await joiner.RunAsync(CancellationToken.None).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var used = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds;
        await joiner.DisposeAsync().ConfigureAwait(false);
        foreach (var network in networks) await network.DisposeAsync().ConfigureAwait(false);
        if (!joined || store.Watermark!.LogRoot != source.Store.Watermark!.LogRoot)
            throw new InvalidOperationException("the node did not join");
        return (seconds, used, bytes);
    }
}
