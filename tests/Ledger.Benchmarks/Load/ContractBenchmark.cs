using Ledger.Client;
using Ledger.Client.Contracts;
using Ledger.Client.Transport;

namespace Ledger.Benchmarks.Load;

/// <summary>
/// Transfers by a contract on a running consortium, spread over all nodes: each call is signed, submitted and waited for
/// until its block is certified.
/// </summary>
internal sealed class ContractBenchmark(Consortium consortium, TimeSpan duration, TimeSpan warmUp)
{
    public const string Transfers = "contract transfers, full load";

    private const int InFlight = 256;
    private const int Accounts = 10_000;

    private const string Source = """
        export function init() {}
        export function transfer(ctx, args) {
          const from = BigInt(ctx.state.get("a/" + args.from) ?? "1000000");
          const to = BigInt(ctx.state.get("a/" + args.to) ?? "1000000");
          const amount = BigInt(args.amount);
          if (amount > from) ctx.fail("INSUFFICIENT_FUNDS", "there is less than that");
          ctx.state.put("a/" + args.from, String(from - amount));
          ctx.state.put("a/" + args.to, String(to + amount));
        }
        """;

    private int _made;

    /// <summary>Deploys the contract and measures calls of it.</summary>
    public async Task<ConsortiumResult> RunAsync()
    {
        var clients = consortium.Connect();
        try
        {
            await clients[0].DeployAsync("bench", Source, """{"functions":{"init":{},"transfer":{}}}""")
                .ConfigureAwait(false);
            var options = new LoadOptions
            {
                Name = Transfers, InFlight = InFlight, Duration = duration, WarmUp = warmUp,
            };
            var runner = new LoadRunner(options, worker => SendAsync(clients[worker % clients.Length]), consortium.CpuTime);
            var result = await runner.RunAsync().ConfigureAwait(false);
            Console.Error.WriteLine(
                $"  {result.Name}: {result.RequestsPerSecond:N0} calls/s, p50 {result.P50Milliseconds:N1} ms");
            return new ConsortiumResult(
                [result], consortium.Memory(), await consortium.RecordCountAsync().ConfigureAwait(false));
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    private async Task<string?> SendAsync(LedgerClient client)
    {
        var made = Interlocked.Increment(ref _made);
        try
        {
            await client.CallAsync(
                    "bench", "transfer",
                    $$"""{"from":{{made % Accounts}},"to":{{made % Accounts * 7 % Accounts}},"amount":"{{made % 100}}"}""")
                .ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is RpcException or LedgerUnavailableException or LedgerIntegrityException
            or ContractFailedException or ContractNotExecutedException)
        {
            return e.Message;
        }
    }
}
