using Ledger.Node.Hosting;
using Ledger.Node.Tests.Support;

namespace Ledger.Node.Tests.Hosting;

/// <summary>Whole nodes: one without data, or with old data, joins three that go on.</summary>
public sealed class JoinTests
{
    [Fact]
    public async Task A_node_without_data_joins_from_a_snapshot_and_then_executes_what_follows()
    {
        await using var cluster = new TestCluster { SnapshotBehindBlocks = 20 };
        for (var i = 0; i < 3; i++) cluster.Start(i);
        for (var i = 0; i < 30; i++) await cluster.Anchor(i % 3, cluster.Next());

        cluster.Start(3);
        Assert.Equal(NodeEnd.JoinFromSnapshot, await cluster.EndOf(3));
        Assert.True(await cluster.JoinAsync(3));
        cluster.Start(3);

        // At both: each shows a block once it has the certificate itself.
        var last = cluster.Next();
        await Task.WhenAll(cluster.Anchor(0, last), cluster.Anchor(3, last));
        Assert.True(cluster.BaseOf(3)!.Value.Value >= 20);
        await cluster.Agree([0, 3], from: cluster.BaseOf(3)!.Value.Value + 1);
    }

    [Fact]
    public async Task P11_a_node_that_is_told_to_replays_the_whole_chain()
    {
        await using var cluster = new TestCluster { SnapshotBehindBlocks = 20, Sync = "full" };
        for (var i = 0; i < 3; i++) cluster.Start(i);
        for (var i = 0; i < 30; i++) await cluster.Anchor(i % 3, cluster.Next());

        cluster.Start(3);

        await cluster.AllAgree(0, 3);
        Assert.Null(cluster.BaseOf(3));
    }
}
