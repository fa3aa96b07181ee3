using System.Diagnostics;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Network;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Sync;
using Ledger.Testing.Builders;
using Ledger.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ledger.Benchmarks.Load;

/// <summary>
/// A node that is behind by many records catches up from three peers: fetching, checking every certificate, root and
/// signature, executing, and writing to disk. Peers and network are in this process and share its processors.
/// </summary>
internal sealed class CatchUpBenchmark(int records)
{
    /// <summary>What was measured.</summary>
    /// <param name="Shape">What the blocks hold.</param>
    /// <param name="Records">Records behind.</param>
    /// <param name="Blocks">Blocks behind.</param>
    /// <param name="RecordsPerSecond">Records caught up a second.</param>
    /// <param name="TransactionsPerSecond">Transactions caught up a second.</param>
    /// <param name="Seconds">From the wish to the last block's certificate.</param>
    /// <param name="ProcessorSeconds">Processor time of the whole process meanwhile, the serving side included.</param>
    /// <param name="SignaturesChecked">Transaction signatures verified.</param>
    /// <param name="Requests">Requests answered.</param>
    /// <param name="Bytes">Bytes of the answers.</param>
    internal sealed record Result(
        string Shape, long Records, ulong Blocks, double RecordsPerSecond, double TransactionsPerSecond, double Seconds,
        double ProcessorSeconds, long SignaturesChecked, long Requests, long Bytes);

    public async Task<IReadOnlyList<Result>> RunAsync() =>
    [
        await RunAsync("1 record a transaction, 250 transactions a block", 250, 1).ConfigureAwait(false),
        await RunAsync("100 records a transaction, 32 transactions a block", 32, 100).ConfigureAwait(false),
    ];

    private async Task<Result> RunAsync(string shape, int transactions, int recordsEach)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-bench").FullName;
        try
        {
            using var source = new ChainSide(Path.Combine(folder, "source"), A.Genesis());
            var samples = new SampleRecords("catch-up");
            while (source.Records < records) source.AddBlock(samples, transactions, recordsEach);
            using var behind = new ChainSide(Path.Combine(folder, "behind"), A.Genesis());
            return await CatchUpAsync(shape, source, behind).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static async Task<Result> CatchUpAsync(string shape, ChainSide source, ChainSide behind)
    {
        var hub = new InMemoryHub();
        PeerId[] peers = [.. source.Store.Genesis.Validators.Validators.Select(v => PeerId.FromPublicKey(v.Key.Encoded))];
        using var keeper = new SnapshotKeeper(source.Store, SnapshotKeeper.DefaultInterval);
        var service = new SyncService(source.Store, source.Chain, source.Pool, keeper);
        var (requests, bytes) = (0L, 0L);
        var networks = new List<InMemoryNetwork>();
        foreach (var peer in peers)
        {
            var network = hub.Join(peer);
            networks.Add(network);
            if (peer == peers[0]) continue;
            network.HandleRequests(LedgerProtocols.Sync, (_, request, stop) =>
            {
                var answer = service.Answer(Node.Wire.SyncRequest.Decode(request.Span), stop);
                Interlocked.Increment(ref requests);
                Interlocked.Add(ref bytes, answer.Length);
                return new(answer);
            });
            await network.StartAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await networks[0].StartAsync(CancellationToken.None).ConfigureAwait(false);
        var execution = new ExecutionStage(new ExecutionCore(
            behind.Executor, behind.Store, new BlockWriterThread(behind.Store), behind.Pool, behind.Chain, behind.Certified,
            behind.Metrics, () => 0, NullLogger<ExecutionCore>.Instance));
        execution.Start(Deaf.Instance);
        var verifier = new RangeVerifier(
            behind.Store.Genesis, behind.Rules, () => behind.Members, new EpochSets(behind.Store).Find,
            Environment.ProcessorCount);
        var sync = new BlockSync(
            networks[0], peers[1..], verifier, CatchUpOptions.For(source.Store.Genesis.Parameters), behind.Chain, execution,
            new NodeClock(TimeProvider.System), behind.Metrics, NullLogger<BlockSync>.Instance);
        using var stop = new CancellationTokenSource();
        var running = sync.RunAsync(stop.Token);

        var target = source.Chain.Certified.Header.Height;
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        sync.Request(target);
        await behind.Chain.WaitAboveAsync(new BlockHeight(target.Value - 1), CancellationToken.None).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var used = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds;

        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await sync.DisposeAsync().ConfigureAwait(false);
        await execution.DisposeAsync().ConfigureAwait(false);
        foreach (var network in networks) await network.DisposeAsync().ConfigureAwait(false);
        var result = new Result(
            shape, source.Records, target.Value, source.Records / seconds, source.Transactions / seconds, seconds, used,
            verifier.SignaturesChecked, requests, bytes);
        Console.Error.WriteLine(
            $"  {shape}: {result.RecordsPerSecond:N0} records/s, {result.TransactionsPerSecond:N0} transactions/s");
        return result;
    }

    private sealed class Deaf : IExecutionListener
    {
        public static readonly Deaf Instance = new();

        public void OnExecuted(BlockHeight height, ReadOnlyMemory<byte> headerBytes)
        {
        }

        public void OnSynced(BlockHeight height, ReadOnlyMemory<byte> headerBytes, QuorumCertificate certificate)
        {
        }

        public void OnBodiesMissing(Ledger.Consensus.Messages.Proposal proposal)
        {
        }
    }
}
