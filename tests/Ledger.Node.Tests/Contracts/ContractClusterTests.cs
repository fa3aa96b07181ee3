using System.Text;
using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Contracts;

/// <summary>Contract transactions on four whole nodes, from admission to what a verifier offline is shown.</summary>
public sealed class ContractClusterTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TestCluster _cluster = new(contracts: CounterRuntime.Parameters);

    // Longer than anything takes: what is due then is not due before the clock is put ahead.
    internal static TimeSpan Wait { get; } = TimeSpan.FromMinutes(30);

    public async Task InitializeAsync()
    {
        _cluster.StartAll();
        Assert.Equal(TransactionOutcome.Types.State.Committed, (await Deploy()).State);
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_call_answers_with_its_outcome_on_every_node()
    {
        var called = await _cluster.Run(1, A.Call("shop", "add", "5"));

        await _cluster.AllAgree(0, 1, 2, 3);
        for (var node = 0; node < 4; node++)
        {
            var outcome = await _cluster.Outcome(node, new Hash256(called.TransactionId.Span));
            Assert.True(ContractOutcome.TryDecode(outcome.ContractOutcome.Span, out var contract, out _));
            Assert.Equal("5", Encoding.UTF8.GetString(contract.Value.Span));
        }
    }

    [Fact]
    public async Task A_call_that_fails_is_on_the_chain_with_its_reason()
    {
        var failed = await _cluster.Run(0, A.Call("shop", "fail"));

        Assert.Equal((TransactionOutcome.Types.State.Failed, "CONTRACT_FAILED"), (failed.State, failed.Reason));
        Assert.True(ContractOutcome.TryDecode(failed.ContractOutcome.Span, out var contract, out _));
        Assert.Equal("ON_PURPOSE", contract.Code);
    }

    [Fact]
    public async Task A_scheduled_call_makes_a_block_on_an_idle_chain_and_only_one()
    {
        var before = await _cluster.StatusOf(0);
        var due = (_cluster.Time.GetUtcNow() + Wait).ToUnixTimeMilliseconds();
        var asked = await _cluster.Run(0, A.Call("shop", "at", $"{due}"));
        _cluster.Time.Advance(Wait);

        var events = await Events(2, asked.Height + 1, wanted: 1);

        Assert.Equal(asked.Height + 1, events[0].Height);
        var result = Assert.Single(events[0].Results);
        Assert.True(TransactionResult.TryDecode(result.Result_.Span, out var decoded, out _));
        Assert.Equal("100", Encoding.UTF8.GetString(decoded.Value.Outcome!.Value.Span));
        // What comes next is the next transaction's block: nothing was made of nothing.
        var next = await _cluster.Run(3, A.Call("shop", "add", "1"));
        Assert.Equal(asked.Height + 2, next.Height);
        Assert.True(before.Height < asked.Height);
    }

    [Fact]
    public async Task The_receipt_of_a_result_verifies_offline()
    {
        var called = await _cluster.Run(1, A.Call("shop", "add", "5"));
        using var call = TestCluster.Call();

        var answer = await _cluster[2].Contracts.GetResultReceipt(
            new GetResultReceiptRequest { Id = called.TransactionId, MinHeight = 0 }, call);
        for (var i = 0; i < 100 && !answer.Status.IsOk; i++)
        {
            await _cluster.Run(2, A.Call("shop", "add", "1"));
            answer = await _cluster[2].Contracts.GetResultReceipt(
                new GetResultReceiptRequest { Id = called.TransactionId }, call);
        }

        var verdict = ResultReceiptVerifier.Verify(answer.Value!.Receipt.Span, _cluster.Genesis);
        Assert.True(verdict.IsValid, verdict.Detail);
        Assert.Equal("5", Encoding.UTF8.GetString(verdict.Content.Outcome!.Value.Span));
    }

    [Fact]
    public async Task Evidence_that_a_contract_appended_has_a_receipt()
    {
        var called = await _cluster.Run(1, A.Call("shop", "anchor", "\"order-77\""), "org-b");
        await _cluster.AllAgree(0, 1, 2, 3);

        var receipt = await _cluster.Receipt(3, new Hash256(called.TransactionId.Span));

        var verdict = ReceiptVerifier.Verify(receipt, _cluster.Genesis);
        Assert.True(verdict.IsValid, verdict.Detail);
        Assert.Equal(("org-b", "order-77"), (verdict.Content.Leaf.Member, verdict.Content.Record.Subject));
    }

    [Fact]
    public async Task A_query_reads_the_state_of_a_certified_block()
    {
        var called = await _cluster.Run(1, A.Call("shop", "add", "5"));
        using var call = TestCluster.Call();

        var answer = await _cluster[1].Contracts.QueryContract(
            new QueryContractRequest { Contract = "shop", Function = "count", MinHeight = called.Height }, call);

        Assert.True(answer.Status.IsOk, answer.Status.ToString());
        Assert.True(ContractOutcome.TryDecode(answer.Value!.Outcome.Span, out var outcome, out _));
        Assert.Equal("5", Encoding.UTF8.GetString(outcome.Value.Span));
        Assert.True(answer.Value.Height >= called.Height);
    }

    [Fact]
    public async Task Contracts_are_listed_by_name()
    {
        using var call = TestCluster.Call();

        var answer = await _cluster[0].Contracts.ListContracts(new ListContractsRequest(), call);

        Assert.Equal("shop", Assert.Single(answer.Value!.Contracts).Contract);
        Assert.False(answer.Value.More);
    }

    [Fact]
    public async Task A_node_that_was_wiped_replays_to_the_same_roots()
    {
        await _cluster.Run(0, A.Call("shop", "at", $"{_cluster.Time.GetUtcNow().ToUnixTimeMilliseconds()}"));
        for (var i = 0; i < 5; i++) await _cluster.Run(i % 4, A.Call("shop", i == 3 ? "anchor" : "add", $"{i}"));
        await _cluster.StopAsync(3);
        await _cluster.Run(0, A.Call("shop", "add", "9"));

        _cluster.Start(3);

        await _cluster.AllAgree(0, 1, 2, 3);
    }

    private async Task<TransactionOutcome> Deploy() =>
        await _cluster.Run(0, A.Deploy("shop", CounterRuntime.Engine, "counter"));

    private async Task<List<ContractEvents>> Events(int node, ulong from, int wanted)
    {
        // Read as a client would, through the chain's own signal.
        var found = new List<ContractEvents>();
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var height = from; found.Count < wanted;)
        {
            while ((await _cluster.StatusOf(node)).CertifiedHeight < height) await timer.WaitForNextTickAsync(limit.Token);
            if (_cluster[node].Contracts.EventsAt(height, new SubscribeEventsRequest()) is { } events) found.AddRange(events);
            height++;
        }

        return found;
    }
}

/// <summary>A node whose contracts do something else than the others' (PITFALLS P21).</summary>
public sealed class ContractDivergenceTests
{
    [Fact]
    public async Task P21_a_contract_that_behaves_differently_on_one_node_is_caught_at_that_block_with_the_key()
    {
        await using var cluster = new TestCluster(contracts: CounterRuntime.Parameters)
        {
            Engines = index => index == 2 ? CounterRuntime.Of(() => new CounterRuntime { Bias = 1 }) : CounterRuntime.Engines,
        };
        cluster.StartAll();
        await cluster.Run(0, A.Deploy("shop", CounterRuntime.Engine, "counter"));

        var called = await cluster.Run(0, A.Call("shop", "add", "5"));

        var divergence = await Assert.ThrowsAsync<DivergenceException>(() => cluster.EndOf(2));
        Assert.Contains($"block {called.Height}", divergence.Message, StringComparison.Ordinal);
        Assert.Contains("key contract/shop/count: own 36, theirs 35", divergence.Message, StringComparison.Ordinal);
        await cluster.AllAgree(0, 1, 3);
    }
}

/// <summary>A primary that does not propose what is due.</summary>
public sealed class WithheldCallTests
{
    [Fact]
    public async Task A_due_call_that_the_primary_withholds_is_made_by_the_next_primary()
    {
        await using var cluster = new TestCluster(
            contracts: CounterRuntime.Parameters, parameters: new ChannelParameters { MaxClockDriftMilliseconds = 500 });
        cluster.StartAll();
        await cluster.Run(1, A.Deploy("shop", CounterRuntime.Engine, "counter"));
        var due = (cluster.Time.GetUtcNow() + ContractClusterTests.Wait).ToUnixTimeMilliseconds();
        var asked = await cluster.Run(1, A.Call("shop", "at", $"{due}"));
        var primary = (int)(await cluster.StatusOf(1)).Primary;
        var other = (primary + 1) % 4;
        cluster.Isolate(primary);
        cluster.Time.Advance(ContractClusterTests.Wait);

        using var limit = new CancellationTokenSource(TestCluster.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await cluster.StatusOf(other)).CertifiedHeight <= asked.Height) await timer.WaitForNextTickAsync(limit.Token);

        Assert.NotEqual(primary, (int)(await cluster.StatusOf(other)).Primary);
        Assert.NotNull(cluster[other].Contracts.EventsAt(asked.Height + 1, new SubscribeEventsRequest()));
    }
}
