using Ledger.Node.Hosting;
using Ledger.Node.Tests.Support;

namespace Ledger.Node.Tests.Hosting;

public sealed class StageThreadTests
{
    private static readonly TimeSpan Limit = TestCluster.Limit;

    [Fact]
    public async Task Items_are_taken_in_order_and_all_of_them_before_the_end()
    {
        var taken = new List<int>();
        var largest = 0;
        var stage = new StageThread<int>("test", 2000, 16, batch =>
        {
            largest = Math.Max(largest, batch.Count);
            taken.AddRange(batch);
        });
        for (var i = 0; i < 1000; i++) Assert.True(stage.Add(i));

        stage.Start();
        await stage.DisposeAsync();

        Assert.Equal(Enumerable.Range(0, 1000), taken);
        Assert.Equal(16, largest);
        Assert.True(stage.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_full_queue_refuses_or_waits()
    {
        var stage = new StageThread<int>("test", 2, 1, _ => { });
        Assert.True(stage.TryAdd(1));
        Assert.True(stage.TryAdd(2));
        Assert.False(stage.TryAdd(3));

        stage.Start();

        Assert.True(stage.Add(4));
        await stage.DisposeAsync();
    }

    [Fact]
    public async Task A_fault_stops_the_stage_and_frees_those_who_wait_to_add()
    {
        using var go = new ManualResetEventSlim();
        var stage = new StageThread<int>("test", 1, 1, item =>
        {
            go.Wait(Limit);
            throw new InvalidOperationException("broken");
        });
        stage.Start();
        stage.Add(1);
        var waiting = Task.Run(() =>
        {
            var added = true;
            while (added) added = stage.Add(2);
            return added;
        });
        go.Set();

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => stage.Completion.WaitAsync(Limit));
        Assert.Equal("broken", fault.Message);
        Assert.False(await waiting.WaitAsync(Limit));
        Assert.False(stage.TryAdd(3));
        await stage.DisposeAsync();
    }

    [Fact]
    public async Task One_that_never_started_ends_at_once()
    {
        var stage = new StageThread<int>("test", 1, 1, _ => { });

        await stage.DisposeAsync();

        Assert.False(stage.Add(1));
    }
}
