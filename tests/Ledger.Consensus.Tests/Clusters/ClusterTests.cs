using Ledger.Consensus.Messages;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests.Clusters;

/// <summary>
/// Whole clusters under faults. The cluster itself checks agreement and consistency after every event.
/// </summary>
public sealed class ClusterTests
{
    private const int SeedsForEachSize = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(10)]
    public void A_healthy_cluster_executes_and_certifies_everything_in_view_0(int validators)
    {
        var cluster = new Cluster(new ClusterOptions { Validators = validators });
        cluster.RunFor(100);

        cluster.Submit(40);

        Assert.True(cluster.RunUntil(cluster.IsSettled, 3000), cluster.Describe());
        Assert.All(cluster.Nodes, n => Assert.Equal(0UL, n.Replica!.View.Value));
        Assert.True(cluster.Nodes[0].Disk.Tip.Value >= 10);
        Assert.Empty(cluster.Refused);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(10)]
    public void Nodes_agree_under_loss_duplication_reordering_and_crashes_and_recover_when_it_ends(int validators)
    {
        var (crashes, views, syncs) = (0, 0, 0);
        for (ulong seed = 1; seed <= SeedsForEachSize; seed++)
        {
            var cluster = RunSeed(validators, seed);
            crashes += cluster.Nodes.Sum(n => n.CrashCount);
            views += cluster.Nodes.Sum(n => n.ViewsEntered);
            syncs += cluster.Nodes.Sum(n => n.SyncCount);
        }

        // The seeds must reach what they are there for.
        Assert.True(crashes > SeedsForEachSize / 2, $"{crashes} crashes");
        if (validators > 1) Assert.True(views > SeedsForEachSize && syncs > 10, $"{views} views, {syncs} syncs");
    }

    private static Cluster RunSeed(int validators, ulong seed)
    {
        var random = new SplitMix64(seed * 1_000_003);
        var cluster = new Cluster(new ClusterOptions
        {
            Validators = validators,
            Seed = seed,
            // Each kind of fault is off in a part of the seeds, so that none hides what another would show.
            Loss = random.Chance(300) ? 0 : random.Below(300),
            Duplication = random.Chance(500) ? 0 : random.Below(300),
            MaxDelayMs = 1 + random.Below(random.Chance(500) ? 10 : 300),
            // A node alone acts on few effects: it must crash more often for the same number of crashes.
            Crash = random.Chance(400) ? 0 : random.Below(validators == 1 ? 60 : 8),
        });
        for (var round = 0; round < 5; round++)
        {
            cluster.Submit(random.Below(12));
            if (random.Chance(300))
            {
                var lonely = random.Below(validators);
                cluster.Cut = (from, to) => from.Value == lonely || to.Value == lonely;
            }
            else
            {
                cluster.Cut = (_, _) => false;
            }

            cluster.RunFor(200 + random.Below(1500));
        }

        cluster.Heal();
        cluster.Submit(3);
        Assert.True(cluster.RunUntil(cluster.IsSettled, 60_000), $"n={validators} seed={seed}\n{cluster.Describe()}");
        Assert.Equal(0, cluster.Nodes.Sum(n => n.Faults.Count));
        Assert.DoesNotContain(AuthenticationFault.SignatureInvalid, cluster.Refused.Keys);
        return cluster;
    }

    [Fact]
    public void A_validator_that_timed_out_alone_votes_again_after_a_while()
    {
        var cluster = new Cluster(new ClusterOptions());
        var lonely = cluster.Nodes[3];
        cluster.RunFor(100);
        cluster.Cut = (_, to) => to == lonely.Index;
        cluster.Submit(4);
        Assert.True(cluster.RunUntil(() => lonely.Replica!.InViewChange, 2_000), cluster.Describe());
        cluster.Cut = (_, _) => false;

        // The others work all the time, so nothing but their patience moves them.
        for (var i = 0; i < 150 && lonely.Replica!.InViewChange; i++)
        {
            Assert.Equal(0UL, cluster.Nodes[0].Replica!.View.Value);
            cluster.Submit(1);
            cluster.RunFor(100);
        }

        Assert.True(cluster.RunUntil(cluster.IsSettled, 5_000), cluster.Describe());
        Assert.All(cluster.Nodes, n => Assert.Equal((1UL, false), (n.Replica!.View.Value, n.Replica.InViewChange)));
    }
}
