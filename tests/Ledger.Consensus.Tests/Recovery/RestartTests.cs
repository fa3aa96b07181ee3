using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests.Recovery;

/// <summary>A replica that starts from what an earlier one persisted goes on as if it had never stopped.</summary>
public sealed class RestartTests
{
    [Fact]
    public void A_restarted_backup_sends_its_votes_again_bit_by_bit()
    {
        var scene = new Scene(self: 1);
        scene.AcceptAsBackup(Scene.Propose(1));
        var prepare = scene.OnlyBroadcast<Prepare>().Encode();
        scene.Receive(scene.By(3).Prepare(Scene.Content(0, Scene.Propose(1))));
        var commit = scene.OnlyBroadcast<Commit>().Encode();

        scene.Restart();

        Assert.Equal(prepare, scene.OnlyBroadcast<Prepare>().Encode());
        Assert.Equal(commit, scene.OnlyBroadcast<Commit>().Encode());
    }

    [Fact]
    public void A_restarted_backup_does_not_accept_another_proposal_for_a_height_that_it_prepared()
    {
        var scene = new Scene(self: 1);
        scene.AcceptAsBackup(Scene.Propose(1));
        scene.Restart();

        scene.Receive(scene.PrePrepare(0, Scene.Propose(1, salt: 1)));

        scene.Only<FaultFound>();
        Assert.DoesNotContain(scene.Last, e => e is ValidateProposal or Broadcast);
    }

    [Fact]
    public void A_restarted_primary_does_not_propose_a_height_again()
    {
        var scene = new Scene(self: 0);
        scene.Offer(1, time: 5);

        scene.Restart();

        Assert.Equal((new View(0), new BlockHeight(2)), scene.Replica.OpenSlot);
    }

    [Fact]
    public void A_restarted_replica_carries_its_prepared_certificates_into_a_view_change()
    {
        var scene = new Scene(self: 1);
        scene.PrepareAsBackup(Scene.Propose(1));
        scene.Restart();

        scene.Receive(scene.ViewChange(2, 1));
        scene.Receive(scene.ViewChange(3, 1));

        var message = scene.OnlyBroadcast<ViewChange>();
        Assert.Equal(Scene.Propose(1).Digest, Assert.Single(message.Prepared).Digest);
        scene.AssertAuthentic(message);
    }

    [Fact]
    public void A_replica_restarted_in_a_view_change_stays_in_it_and_asks_again()
    {
        var scene = new Scene(self: 2);
        scene.Tick(0, pending: true);
        scene.Tick(1000, pending: true);
        var asked = scene.OnlyBroadcast<ViewChange>().Encode();

        scene.Restart();

        Assert.True(scene.Replica.InViewChange);
        Assert.Equal(asked, scene.OnlyBroadcast<ViewChange>().Encode());
        scene.Receive(scene.By(1).Prepare(Scene.Content(0, Scene.Propose(1))));
        scene.AssertDropped(DropReason.OldView);
    }

    [Fact]
    public void A_replica_restarted_in_a_later_view_remembers_what_the_new_view_proposed()
    {
        var scene = new Scene(self: 2);
        var proposal = Scene.Propose(2);
        scene.Receive(scene.NewView(
            1, scene.ViewChange(0, 1, null, (0, proposal)), scene.ViewChange(1, 1), scene.ViewChange(3, 1)));

        scene.Restart();

        Assert.Equal((1UL, false), (scene.Replica.View.Value, scene.Replica.InViewChange));
        Assert.Equal(proposal.Digest, scene.Only<ValidateProposal>().Proposal.Digest);
        Assert.Equal(1UL, scene.OnlyBroadcast<Prepare>().Height.Value);
    }

    [Fact]
    public void Restarting_at_the_last_proposal_with_one_validator_goes_on_alone()
    {
        var scene = new Scene(self: 0, validators: 1);
        scene.Offer(1, time: 5);
        Assert.Equal(1UL, scene.Only<Execute>().Proposal.Height.Value);

        scene.Restart();

        scene.Execute(scene.Only<Execute>().Proposal);
        Assert.Equal(1UL, scene.Only<Certified>().Height.Value);
    }

    [Fact]
    public void A_replica_whose_certificates_on_disk_lag_by_more_than_the_window_starts_all_the_same()
    {
        var scene = new Scene(self: 1, window: 4);
        for (ulong height = 1; height <= 7; height++)
        {
            scene.Disk.Execute(Scene.Propose(height));
            scene.Shadow.Execute(Scene.Propose(height));
        }

        scene.Restart();
        Assert.Equal(7, scene.Last.OfType<Broadcast>().Count(b => b.Message is Checkpoint));
        Assert.Equal(7UL, scene.Replica.Executed.Value);
        scene.AssertAuthentic(scene.OnlyBroadcast<Status>());

        scene.Receive(scene.By(3).StableNotice(scene.Proof()));
        Assert.Equal(7UL, scene.Replica.Stable.Value);
    }

    [Fact]
    public void Records_that_are_not_its_own_stop_a_replica()
    {
        var scene = new Scene(self: 1);
        scene.Disk.Write(
            new VoteRecord(new Epoch(0), new BlockHeight(1), VoteRecordKind.Accepted, new byte[] { 1, 2, 3 }));

        Assert.Throws<InvariantViolationException>(scene.Start);
    }

    // Every prefix of the effects of a run with a view change: the cluster's own checks find a contradiction.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_crash_between_any_two_effects_contradicts_nothing_and_loses_nothing(int victim)
    {
        var total = RunWithCrash(victim, -1);
        Assert.True(total > 60, $"{total} effects");
        for (long at = 0; at < total; at++) RunWithCrash(victim, at);
    }

    // P7: besu's validators, restarted together, never agreed again.
    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void P7_validators_restarted_all_at_once_go_on_within_one_timeout(int validators)
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            var cluster = new Cluster(new ClusterOptions { Validators = validators, Seed = seed, MaxDelayMs = 20 });
            cluster.RunFor(100);
            cluster.Submit(20);
            cluster.RunFor(30 + (int)seed);
            foreach (var node in cluster.Nodes) node.Stop();
            cluster.RunFor(500);
            foreach (var node in cluster.Nodes) node.Restart();

            Assert.True(cluster.RunUntil(cluster.IsSettled, 1500), $"seed {seed}\n{cluster.Describe()}");
        }
    }

    // P4: SmartBFT lost a counter when it synced at the same height.
    [Fact]
    public void P4_at_any_moment_what_is_on_disk_restores_the_same_view_and_heights()
    {
        var asking = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var cluster = new Cluster(new ClusterOptions { Seed = seed, Loss = 200, MaxDelayMs = 40 });
            for (var step = 0; step < 40; step++)
            {
                if (step % 5 == 0) cluster.Submit(6);
                // The primary is away for a while, so that some moments lie in view changes.
                if (step == 10) cluster.Cut = (from, to) => from.Value == 0 || to.Value == 0;
                if (step == 25) cluster.Cut = (_, _) => false;
                cluster.RunFor(150);
                foreach (var node in cluster.Nodes)
                {
                    if (node.Replica!.InViewChange) asking++;
                    var restored = new Replica(
                        node.Options, cluster.Validators, cluster.Suite, cluster.Suite.SignerOf(node.Index.Value),
                        cluster.Channel, node.Disk.Recover());
                    Assert.Equal(Summary(node.Replica!), Summary(restored));
                }
            }
        }

        Assert.True(asking > 0, "no moment lay in a view change");
    }

    private static (View View, bool InViewChange, BlockHeight Executed, BlockHeight Stable) Summary(Replica replica) =>
        (replica.View, replica.InViewChange, replica.Executed, replica.Stable);

    private static long RunWithCrash(int victim, long at)
    {
        var cluster = new Cluster(new ClusterOptions { Seed = 7, MaxDelayMs = 8 })
        {
            CrashBefore = (node, count) => node.Value == victim && count == at,
        };
        cluster.RunFor(50);
        cluster.Submit(8);
        cluster.RunFor(60);
        // The first primary goes silent in mid-flight, so that its proposals must survive a view change.
        cluster.Submit(8);
        cluster.RunFor(25);
        cluster.Cut = (from, to) => from.Value == 0 || to.Value == 0;
        cluster.RunFor(2500);
        cluster.Cut = (_, _) => false;
        cluster.Submit(4);
        Assert.True(cluster.RunUntil(cluster.IsSettled, 20_000), $"crash at {at}\n{cluster.Describe()}");
        Assert.Empty(cluster.Nodes.SelectMany(n => n.Faults));
        Assert.Contains(cluster.Nodes, n => n.ViewsEntered > 0);
        return cluster.Nodes[victim].EffectCount;
    }
}
