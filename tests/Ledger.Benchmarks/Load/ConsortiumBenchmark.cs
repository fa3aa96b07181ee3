using Ledger.Client;
using Ledger.Client.Submit;
using Ledger.Client.Transport;
using Ledger.Core.Evidence;

namespace Ledger.Benchmarks.Load;

/// <summary>What was measured on a consortium.</summary>
/// <param name="Phases">The phases, in the order in which they ran.</param>
/// <param name="Memory">Memory of the nodes at their end.</param>
/// <param name="Records">Records on the chain at their end, those of the warm-ups included.</param>
internal sealed record ConsortiumResult(IReadOnlyList<LoadResult> Phases, IReadOnlyList<NodeMemory> Memory, ulong Records);

/// <summary>
/// Load on a running consortium, spread over all nodes. Each transaction is signed, submitted and waited for until its block
/// is certified: what a careful client does.
/// </summary>
internal sealed class ConsortiumBenchmark(Consortium consortium, TimeSpan duration, TimeSpan warmUp)
{
    public const string Idle = "one record, one in flight";
    public const string Full = "one record, full load";
    public const string Half = "one record, half load";
    public const string Batches = "100 records, full load";

    private const int FullInFlight = 256;
    private const int BatchInFlight = 32;
    private const int BatchRecords = 100;

    /// <summary>Transactions of one record: at full load, at half of that rate, and alone on an idle network.</summary>
    public async Task<ConsortiumResult> RunSinglesAsync()
    {
        // The lone client comes last: it would take minutes to get hot code compiled, and pay for it meanwhile.
        await RunAsync(new LoadOptions { Name = "warm-up", Duration = warmUp, WarmUp = TimeSpan.Zero }).ConfigureAwait(false);
        var settle = TimeSpan.FromSeconds(1);
        var full = await RunAsync(
            new LoadOptions { Name = Full, InFlight = FullInFlight, Duration = duration, WarmUp = settle })
            .ConfigureAwait(false);
        var half = await RunAsync(new LoadOptions
        {
            Name = Half,
            InFlight = FullInFlight,
            Rate = Math.Max(1, full.RequestsPerSecond / 2),
            Duration = duration,
            WarmUp = settle,
        }).ConfigureAwait(false);
        var idle = await RunAsync(
            new LoadOptions { Name = Idle, InFlight = 1, Duration = duration, WarmUp = settle }).ConfigureAwait(false);
        return await FinishAsync(full, half, idle).ConfigureAwait(false);
    }

    /// <summary>Transactions of a hundred records at full load.</summary>
    public async Task<ConsortiumResult> RunBatchesAsync()
    {
        var batches = await RunAsync(new LoadOptions
        {
            Name = Batches,
            RecordsPerRequest = BatchRecords,
            InFlight = BatchInFlight,
            Duration = duration,
            WarmUp = warmUp,
        }).ConfigureAwait(false);
        return await FinishAsync(batches).ConfigureAwait(false);
    }

    private async Task<ConsortiumResult> FinishAsync(params LoadResult[] phases) =>
        new(phases, consortium.Memory(), await consortium.RecordCountAsync().ConfigureAwait(false));

    private async Task<LoadResult> RunAsync(LoadOptions options)
    {
        var clients = consortium.Connect();
        var records = new SampleRecords(Guid.NewGuid().ToString("N")[..8]);
        try
        {
            var runner = new LoadRunner(
                options,
                worker => SendAsync(clients[worker % clients.Length], records, options.RecordsPerRequest),
                consortium.CpuTime);
            var result = await runner.RunAsync().ConfigureAwait(false);
            Console.Error.WriteLine(
                $"  {result.Name}: {result.RecordsPerSecond:N0} records/s, p50 {result.P50Milliseconds:N1} ms");
            return result;
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    private static async Task<string?> SendAsync(LedgerClient client, SampleRecords records, int count)
    {
        var batch = new EvidenceRecord[count];
        for (var i = 0; i < count; i++) batch[i] = records.Next();
        try
        {
            var outcome = await client.AnchorAsync(batch).ConfigureAwait(false);
            return outcome.State == AnchorState.Recorded ? null : $"{outcome.State}: {outcome.Reason} {outcome.Detail}";
        }
        catch (Exception e) when (e is RpcException or LedgerUnavailableException or LedgerIntegrityException)
        {
            return e.Message;
        }
    }
}
