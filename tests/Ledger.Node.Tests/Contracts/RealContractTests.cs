using System.Text;
using Ledger.Contracts.Runtime;
using Ledger.Core.Api.V1;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Node.Contracts;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Contracts;

/// <summary>JavaScript on four whole nodes.</summary>
public sealed class RealContractTests : IAsyncLifetime, IAsyncDisposable
{
    private const string Shop = """
        export function init(ctx, args) {
          ctx.state.put("count", args.start ?? 0);
        }
        export function add(ctx, args) {
          const count = ctx.state.get("count") + args.by;
          ctx.state.put("count", count);
          ctx.emit("added", { count });
          return { count };
        }
        export function fail(ctx) {
          ctx.state.put("count", -1);
          ctx.emit("added", { count: -1 });
          ctx.fail("ON_PURPOSE", "it was asked to");
        }
        export function spin() {
          for (;;);
        }
        export function later(ctx, args) {
          ctx.schedule.at(args.time, "add", { by: 100 });
        }
        export function anchor(ctx, args) {
          return ctx.evidence.append({
            type: "trade.payment", subject: args.subject, action: "pay", role: "platform",
            attributes: { amount: { decimal: "34.5" }, currency: { text: "CNY" } },
            digests: [{ algorithm: "sha-256", value: "00".repeat(32) }],
          });
        }
        export function migrate() {}
        export const queries = { count: (ctx) => ctx.state.get("count") };
        """;

    private const string Schema = """
        {
          "functions": { "init": {}, "migrate": {}, "add": {}, "fail": {}, "spin": {}, "later": {}, "anchor": {} },
          "queries": { "count": {} },
          "events": { "added": { "type": "object" } }
        }
        """;

    private readonly TestCluster _cluster = new(
        contracts: new ContractParameters { Engine = KnownEngines.Newest })
    {
        Engines = _ => ContractEngines.BuiltIn,
    };

    public async Task InitializeAsync()
    {
        _cluster.StartAll();
        var deployed = await _cluster.Run(
            0, A.Deploy("shop", KnownEngines.Newest, Shop, """{"start":7}""", 500_000_000, Schema));
        Assert.Equal(TransactionOutcome.Types.State.Committed, Returned(deployed));
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task JavaScript_is_deployed_called_reverted_and_queried_alike_on_every_node()
    {
        var added = await _cluster.Run(1, A.Call("shop", "add", """{"by":5}"""));
        var failed = await _cluster.Run(2, A.Call("shop", "fail", "{}"));
        var spun = await _cluster.Run(3, A.Call("shop", "spin", "{}", gas: 50_000_000), "org-b");

        Assert.Equal("""{"count":12}""", Value(added));
        Assert.Equal((ContractStatus.Failed, "ON_PURPOSE"), (Outcome(failed).Status, Outcome(failed).Code));
        Assert.Empty(Outcome(failed).Events);
        Assert.Equal((ContractStatus.OutOfGas, 50_000_000UL), (Outcome(spun).Status, Outcome(spun).GasUsed));
        await _cluster.AllAgree(0, 1, 2, 3);
        for (var node = 0; node < 4; node++) Assert.Equal("12", await Query(node));
    }

    [Fact]
    public async Task Evidence_that_JavaScript_appended_has_a_receipt()
    {
        var called = await _cluster.Run(1, A.Call("shop", "anchor", """{"subject":"order-77"}"""), "org-b");
        await _cluster.AllAgree(0, 1, 2, 3);

        var receipt = await _cluster.Receipt(3, new Hash256(called.TransactionId.Span));

        var verdict = ReceiptVerifier.Verify(receipt, _cluster.Genesis);
        Assert.True(verdict.IsValid, verdict.Detail);
        Assert.Equal(("org-b", "order-77"), (verdict.Content.Leaf.Member, verdict.Content.Record.Subject));
    }

    [Fact]
    public async Task A_call_that_JavaScript_scheduled_makes_a_block_on_an_idle_chain()
    {
        var time = (_cluster.Time.GetUtcNow() + ContractClusterTests.Wait).ToUnixTimeMilliseconds();
        var asked = await _cluster.Run(0, A.Call("shop", "later", $$"""{"time":{{time}}}"""));
        Assert.Equal(TransactionOutcome.Types.State.Committed, Returned(asked));
        _cluster.Time.Advance(ContractClusterTests.Wait);

        await Reach(asked.Height + 1);

        Assert.Equal("107", await Query(2, asked.Height + 1));
        var next = await _cluster.Run(1, A.Call("shop", "add", """{"by":1}"""));
        Assert.Equal(asked.Height + 2, next.Height);
    }

    [Fact]
    public async Task A_node_that_restarts_builds_its_images_again_and_goes_on_alike()
    {
        await _cluster.Run(0, A.Call("shop", "add", """{"by":5}"""));
        await _cluster.StopAsync(3);
        await _cluster.Run(0, A.Call("shop", "add", """{"by":5}"""));

        _cluster.Start(3);

        await _cluster.AllAgree(0, 1, 2, 3);
        Assert.Equal("17", await Query(3));
    }

    [Fact]
    public async Task P20_hostile_calls_of_all_the_gas_there_is_do_not_keep_honest_ones_out()
    {
        var hostile = Enumerable.Range(0, 12)
            .Select(i => _cluster.Run(i % 4, A.Call("shop", "spin", "{}", gas: 1_000_000_000), "org-a"))
            .ToList();
        var honest = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(i => _cluster.Run(i % 4, A.Call("shop", "add", """{"by":1}"""), "org-c")));

        Assert.All(honest, h => Assert.Equal(TransactionOutcome.Types.State.Committed, Returned(h)));
        var spun = await Task.WhenAll(hostile);
        Assert.All(spun, s => Assert.Equal(ContractStatus.OutOfGas, Outcome(s).Status));
        // Ten honest calls went in with each hostile one, whatever the order in which they came.
        Assert.True(honest.Max(h => h.Height) < spun.Max(s => s.Height));
        await _cluster.AllAgree(0, 1, 2, 3);
    }

    private static TransactionOutcome.Types.State Returned(TransactionOutcome transaction)
    {
        var outcome = Outcome(transaction);
        Assert.True(
            outcome.Status == ContractStatus.Returned,
            $"{transaction.Reason} {outcome.Status} {outcome.Code} {outcome.Message}");
        return transaction.State;
    }

    private static ContractOutcome Outcome(TransactionOutcome transaction)
    {
        Assert.True(
            ContractOutcome.TryDecode(transaction.ContractOutcome.Span, out var outcome, out var error), error.ToString());
        return outcome;
    }

    private static string Value(TransactionOutcome transaction)
    {
        Returned(transaction);
        return Encoding.UTF8.GetString(Outcome(transaction).Value.Span);
    }

    private async Task Reach(ulong height)
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await _cluster.StatusOf(2)).CertifiedHeight < height) await timer.WaitForNextTickAsync(limit.Token);
    }

    private async Task<string> Query(int node, ulong atLeast = 0)
    {
        using var call = TestCluster.Call();
        var answer = await _cluster[node].Contracts.QueryContract(
            new QueryContractRequest { Contract = "shop", Function = "count", MinHeight = atLeast }, call);
        Assert.True(answer.Status.IsOk, answer.Status.ToString());
        Assert.True(ContractOutcome.TryDecode(answer.Value!.Outcome.Span, out var outcome, out _));
        Assert.True(outcome.Status == ContractStatus.Returned, $"{outcome.Status} {outcome.Code}: {outcome.Message}");
        return Encoding.UTF8.GetString(outcome.Value.Span);
    }
}
