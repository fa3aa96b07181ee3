using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests.Epochs;

/// <summary>
/// Whole clusters whose validators change. The cluster itself checks after every event that nodes agree and that no
/// honest node contradicts itself, in any epoch.
/// </summary>
public sealed class EpochClusterTests
{
    private const int Seeds = 80;

    [Fact]
    public void F_follows_the_size_up_to_seven_validators_and_back()
    {
        var cluster = new Cluster(new ClusterOptions { Followers = 3 });
        cluster.RunFor(100);
        int[] sizes = [5, 6, 7, 6, 5, 4];
        for (var i = 0; i < sizes.Length; i++)
        {
            Change(cluster, (ulong)i + 1, [.. Enumerable.Range(0, sizes[i])]);

            // As many as may fail do, the primary among them; then the rest goes on, and with one more it would not.
            var size = QuorumSize.For(sizes[i]);
            AssertProgressWithout(cluster, [.. Enumerable.Range(0, size.Faults)], expected: true);
            var tooMany = size.Validators - size.Quorum + 1;
            AssertProgressWithout(cluster, [.. Enumerable.Range(0, tooMany)], expected: false);
        }
    }

    [Fact]
    public void P9_a_single_validator_grows_to_four_one_by_one()
    {
        var cluster = new Cluster(new ClusterOptions { Validators = 1, Followers = 3 });
        cluster.Submit(5);
        for (var size = 2; size <= 4; size++)
        {
            Change(cluster, (ulong)size - 1, [.. Enumerable.Range(0, size)]);
            cluster.Submit(5);
            Assert.True(cluster.RunUntil(cluster.IsSettled, 10_000), cluster.Describe());
            Assert.Equal(size, cluster.Nodes.Count(n => n.Self is not null));
        }
    }

    [Fact]
    public void P9_two_of_two_wait_for_the_newcomer_and_go_on_when_it_has_caught_up()
    {
        var cluster = new Cluster(new ClusterOptions { Validators = 1, Followers = 1 });
        cluster.RunFor(100);
        cluster.Nodes[1].Stop();
        cluster.Submit(30);
        cluster.RunFor(1000);
        cluster.SubmitChange(1, 0, 1);
        cluster.Submit(10);
        cluster.RunFor(20_000);
        Assert.NotEqual(0, cluster.Nodes[0].PendingCount);

        cluster.Nodes[1].Restart();

        Assert.True(cluster.RunUntil(cluster.IsSettled, 30_000), cluster.Describe());
    }

    [Fact]
    public void A_removed_validator_that_missed_its_removal_counts_for_nothing_and_learns_of_it()
    {
        var cluster = new Cluster(new ClusterOptions { Followers = 1 });
        var removed = cluster.Nodes[3];
        cluster.RunFor(100);
        cluster.Cut = (from, to) => from == removed.Index || to == removed.Index;
        cluster.SubmitChange(1, 0, 1, 2, 4);
        Assert.True(
            cluster.RunUntil(() => cluster.Nodes.All(n => n == removed || n.Epoch.Value == 1), 10_000),
            cluster.Describe());

        // It speaks again, as a validator of epoch 0, which two of the others cannot do without in epoch 1.
        cluster.Cut = (_, to) => to == removed.Index;
        cluster.Nodes[0].Stop();
        cluster.Nodes[1].Stop();
        var height = cluster.Nodes[2].Disk.Tip;
        cluster.Submit(4);
        cluster.RunFor(20_000);
        Assert.Equal(height, cluster.Nodes[2].Disk.Tip);
        Assert.Equal(new Epoch(0), removed.Epoch);

        cluster.Heal();

        Assert.True(cluster.RunUntil(() => cluster.IsSettled() && cluster.HasReached(1), 60_000), cluster.Describe());
        Assert.Null(removed.Self);
    }

    [Fact]
    public void A_replaced_key_votes_no_more_and_the_new_one_does()
    {
        // Node 4 is node 3's machine with another key.
        var cluster = new Cluster(new ClusterOptions { Followers = 1 });
        cluster.RunFor(100);
        Change(cluster, 1, 0, 1, 2, 4);

        Assert.Equal(new ValidatorIndex(3), cluster.Nodes[4].Self);
        AssertProgressWithout(cluster, [0], expected: true);
        AssertProgressWithout(cluster, [0, 4], expected: false);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void P2_an_epoch_ends_in_the_middle_of_a_view_change(int validators)
    {
        var crossed = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var random = new SplitMix64(seed * 7919);
            var cluster = new Cluster(new ClusterOptions
            {
                Validators = validators, Followers = 1, Seed = seed, MaxDelayMs = 1 + random.Below(60),
            });
            cluster.RunFor(100);
            cluster.Submit(random.Below(20));
            cluster.SubmitChange(1, [.. Enumerable.Range(1, validators)]);
            cluster.Submit(random.Below(20));
            // The primary falls silent at any moment of the block that ends the epoch.
            cluster.RunFor(random.Below(150));
            cluster.Cut = (from, to) => from.Value == 0 || to.Value == 0;
            cluster.RunFor(random.Below(4000));
            crossed += cluster.Nodes.Any(n => n.Epoch.Value == 0 && n.Replica is { View.Value: > 0 }) ? 1 : 0;
            cluster.Heal();

            Assert.True(
                cluster.RunUntil(() => cluster.IsSettled() && cluster.HasReached(1), 60_000),
                $"seed={seed}\n{cluster.Describe()}");
        }

        Assert.True(crossed > Seeds / 8, $"only {crossed} seeds met a view change in the ending epoch");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void P4_a_crash_before_any_effect_of_the_handover_loses_nothing(bool all)
    {
        for (var at = 0; at < 90; at++)
        {
            var cluster = new Cluster(new ClusterOptions { Followers = 1 });
            cluster.CrashBefore = (node, count) => count == at && (all || node.Value == 1);
            cluster.Submit(3);
            cluster.SubmitChange(1, 0, 1, 2, 4);
            cluster.Submit(9);

            Assert.True(
                cluster.RunUntil(() => cluster.IsSettled() && cluster.HasReached(1), 60_000),
                $"crash before effect {at}\n{cluster.Describe()}");
        }
    }

    [Fact]
    public void Transactions_ordered_above_the_last_block_are_neither_lost_nor_doubled()
    {
        var voided = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var cluster = new Cluster(new ClusterOptions { Followers = 1, Seed = seed, MaxDelayMs = 30 });
            cluster.RunFor(100);
            cluster.Submit(6);
            cluster.SubmitChange(1, 0, 1, 2, 4);
            cluster.Submit(20);
            Assert.True(
                cluster.RunUntil(() => cluster.IsSettled() && cluster.HasReached(1), 30_000), cluster.Describe());

            var blocks = cluster.Nodes[0].Disk.Blocks;
            var last = blocks.Single(b => b.NextValidators is not null).Header.Height;
            Assert.Equal(27, blocks.Sum(b => b.TransactionIds.Count));
            Assert.All(blocks, b => Assert.Equal(b.Header.Height > last ? 1UL : 0UL, b.Header.Epoch.Value));
            voided += cluster.Nodes[0].VoidExecutions;
        }

        Assert.True(voided > 0, "no seed had decided a height above the last block");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    public void Nodes_agree_through_many_epochs_under_loss_and_crashes_and_settle_when_it_ends(int validators)
    {
        var (epochs, crashes, handovers) = (0UL, 0, 0);
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var cluster = RunSeed(validators, seed);
            epochs += cluster.Nodes[0].Epoch.Value;
            crashes += cluster.Nodes.Sum(n => n.CrashCount);
            handovers += cluster.Nodes.Sum(n => n.Handovers);
        }

        Assert.True(
            epochs > Seeds * 2 && crashes > Seeds / 2 && handovers > Seeds * 3, $"{epochs}, {crashes}, {handovers}");
    }

    private static Cluster RunSeed(int validators, ulong seed)
    {
        var random = new SplitMix64(seed * 1_000_033);
        var cluster = new Cluster(new ClusterOptions
        {
            Validators = validators,
            Followers = 3,
            Seed = seed,
            Loss = random.Chance(300) ? 0 : random.Below(200),
            Duplication = random.Chance(500) ? 0 : random.Below(300),
            MaxDelayMs = 1 + random.Below(random.Chance(500) ? 10 : 200),
            Crash = random.Chance(300) ? 0 : random.Below(validators == 1 ? 30 : 8),
        });
        int[] present = [.. Enumerable.Range(0, validators)];
        for (ulong epoch = 1; epoch <= 4; epoch++)
        {
            cluster.Submit(random.Below(12));
            if (random.Chance(300))
            {
                var lonely = random.Below(cluster.Nodes.Count);
                cluster.Cut = (from, to) => from.Value == lonely || to.Value == lonely;
            }
            else
            {
                cluster.Cut = (_, _) => false;
            }

            cluster.RunFor(random.Below(1500));
            // Changes of an epoch that never comes to be the present one have no effect.
            var next = Next(present, cluster.Nodes.Count, random);
            cluster.SubmitChange(epoch, next);
            if (random.Chance(700)) cluster.RunUntil(() => cluster.HasReached(epoch), 6000);
            if (cluster.Nodes.Any(n => n.Epoch.Value == epoch)) present = next;
        }

        cluster.Heal();
        cluster.Submit(3);
        Assert.True(cluster.RunUntil(cluster.IsSettled, 90_000), $"n={validators} seed={seed}\n{cluster.Describe()}");
        Assert.Equal(0, cluster.Nodes.Sum(n => n.Faults.Count));
        return cluster;
    }

    // Adds one, removes one, or puts one in the place of another.
    private static int[] Next(int[] present, int nodes, SplitMix64 random)
    {
        int[] others = [.. Enumerable.Range(0, nodes).Except(present)];
        var leaves = present[random.Below(present.Length)];
        if (others.Length == 0) return [.. present.Where(i => i != leaves)];
        var comes = others[random.Below(others.Length)];
        return random.Below(3) switch
        {
            0 => [.. present, comes],
            1 when present.Length > 1 => [.. present.Where(i => i != leaves)],
            _ => [.. present.Select(i => i == leaves ? comes : i)],
        };
    }

    private static void Change(Cluster cluster, ulong epoch, params int[] nodes)
    {
        cluster.SubmitChange(epoch, nodes);
        cluster.Submit(2);
        Assert.True(
            cluster.RunUntil(() => cluster.IsSettled() && cluster.HasReached(epoch), 30_000), cluster.Describe());
    }

    private static void AssertProgressWithout(Cluster cluster, int[] nodes, bool expected)
    {
        foreach (var i in nodes) cluster.Nodes[i].Stop();
        cluster.Submit(2);
        var witness = cluster.Nodes.First(n => n is { IsUp: true, Self: not null });

        Assert.Equal(expected, cluster.RunUntil(() => witness.PendingCount == 0, 40_000));

        foreach (var i in nodes) cluster.Nodes[i].Restart();
        Assert.True(cluster.RunUntil(cluster.IsSettled, 60_000), cluster.Describe());
    }
}
