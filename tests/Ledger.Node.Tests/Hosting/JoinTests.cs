using Ledger.Core.Membership;
using Ledger.Node.Hosting;
using Ledger.Node.Tests.Support;
using Ledger.Storage;

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

    // The second joins by the snapshot of block 40, below which lie none of its votes.
    [Theory]
    [InlineData(10_000)]
    [InlineData(20)]
    public async Task A_validator_whose_chain_was_deleted_beside_its_votes_fetches_it_and_votes_again(int snapshotBehind)
    {
        await using var cluster = new TestCluster(parameters: new ChannelParameters { Window = 8 })
        {
            SnapshotBehindBlocks = snapshotBehind,
        };
        cluster.StartAll();
        for (var i = 0; i < 45; i++) await cluster.Anchor(i % 4, cluster.Next());
        await cluster.AllAgree(0, 1, 2, 3);
        await cluster.StopAsync(3);
        Directory.Delete(Path.Combine(cluster.FolderOf(3), "data", "chain"), recursive: true);

        await StartsByFollowingAsync(cluster);
        if (snapshotBehind < 45)
        {
            Assert.Equal(NodeEnd.JoinFromSnapshot, await cluster.EndOf(3));
            Assert.True(await cluster.JoinAsync(3));
            await StartsByFollowingAsync(cluster);
        }

        Assert.Equal(NodeEnd.ChainRestored, await cluster.EndOf(3));
        cluster.Start(3);

        // With one of the others gone, nothing is certified without its vote.
        await cluster.StopAsync(2);
        var last = cluster.Next();
        var outcomes = await Task.WhenAll(new[] { 0, 1, 3 }.Select(n => cluster.Anchor(n, last)));
        await cluster.Agree([0, 1, 3], from: outcomes[0].Height);
        Assert.Equal("", (await cluster.StatusOf(3)).NotReadyReason);
    }

    [Fact]
    public async Task A_validator_without_others_that_lost_its_chain_says_what_to_put_back()
    {
        await using var cluster = new TestCluster(1);
        cluster.StartAll();
        for (var i = 0; i < 3; i++) await cluster.Anchor(0, cluster.Next());
        await cluster.StopAsync(0);
        Directory.Delete(Path.Combine(cluster.FolderOf(0), "data", "chain"), recursive: true);

        var refusal = Assert.Throws<StorageException>(() => cluster.Start(0));

        Assert.Equal(StorageFault.Corruption, refusal.Fault);
        Assert.Contains("votes rest upon block", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Put back an archive of the folder 'chain'", refusal.Message, StringComparison.Ordinal);
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

    // Nobody reaches it before it was asked: it might have the chain again by then.
    private static async Task StartsByFollowingAsync(TestCluster cluster)
    {
        cluster.Isolate(3);
        cluster.Start(3);
        Assert.StartsWith(
            "its chain was lost: it follows without voting until it has block 4",
            (await cluster.StatusOf(3)).NotReadyReason, StringComparison.Ordinal);
        cluster.Heal(3);
    }
}
