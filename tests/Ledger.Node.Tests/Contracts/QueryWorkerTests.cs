using Ledger.Core.Contracts;
using Ledger.Node.Contracts;
using Ledger.Node.Tests.Support;

namespace Ledger.Node.Tests.Contracts;

public sealed class QueryWorkerTests
{
    private static readonly TimeSpan Within = TestCluster.Limit;

    [Fact]
    public async Task What_a_node_cannot_take_is_refused_at_once_and_the_rest_is_answered()
    {
        using var running = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        await using var worker = new QueryWorker(() => new CounterRuntime());
        var first = worker.TryRun(
            _ =>
            {
                running.Set();
                Assert.True(goOn.Wait(Within));
                return Answer(0);
            },
            default);
        Assert.True(running.Wait(Within));

        var accepted = new List<Task<ContractOutcome>>();
        while (accepted.Count < 1000 && worker.TryRun(_ => Answer(1), default) is { } waiting) accepted.Add(waiting);

        Assert.InRange(accepted.Count, 1, 999);
        Assert.Null(worker.TryRun(_ => Answer(2), default));
        goOn.Set();
        Assert.Equal(0UL, (await first!.WaitAsync(Within)).GasUsed);
        Assert.All(await Task.WhenAll(accepted).WaitAsync(Within), answer => Assert.Equal(1UL, answer.GasUsed));
        Assert.NotNull(worker.TryRun(_ => Answer(3), default));
    }

    [Fact]
    public async Task One_querys_failure_is_that_querys()
    {
        await using var worker = new QueryWorker(() => new CounterRuntime());

        var failing = worker.TryRun(_ => throw new InvalidOperationException("this one"), default);
        var next = worker.TryRun(_ => Answer(4), default);

        await Assert.ThrowsAsync<InvalidOperationException>(() => failing!.WaitAsync(Within));
        Assert.Equal(4UL, (await next!.WaitAsync(Within)).GasUsed);
    }

    private static ContractOutcome Answer(ulong gas) => new() { Status = ContractStatus.Returned, GasUsed = gas };
}
