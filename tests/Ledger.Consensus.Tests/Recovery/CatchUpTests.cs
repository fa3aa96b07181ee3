using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;

namespace Ledger.Consensus.Tests.Recovery;

/// <summary>Status exchange, stable notices and sync.</summary>
public sealed class CatchUpTests
{
    private static Status StatusOf(
        Scene scene, int from, ulong view = 0, bool changing = false, ulong stable = 0, params byte[] progress)
    {
        var height = new BlockHeight(stable);
        return scene.By(from).Status(new StatusContent(new View(view), changing, height, height, progress, []));
    }

    [Fact]
    public void A_peer_that_lacks_everything_gets_the_proposal_and_this_replicas_own_votes()
    {
        var scene = new Scene(self: 1);
        var proposal = Scene.Propose(1);
        scene.PrepareAsBackup(proposal);

        scene.Receive(StatusOf(scene, 3));

        Assert.Equal(
            [MessageKind.PrePrepare, MessageKind.Prepare, MessageKind.Commit],
            scene.Last.OfType<Send>().Select(s => s.Message.Kind));
        Assert.All(scene.Last.OfType<Send>(), s => Assert.Equal(3, s.To.Value));
    }

    [Fact]
    public void A_peer_gets_only_what_it_lacks()
    {
        var scene = new Scene(self: 1);
        scene.PrepareAsBackup(Scene.Propose(1));

        scene.Receive(StatusOf(scene, 3, progress: (byte)(SlotProgress.Proposed | SlotProgress.Prepared)));

        Assert.Equal(MessageKind.Commit, scene.Only<Send>().Message.Kind);
    }

    [Fact]
    public void A_peer_that_asks_without_pause_is_not_answered()
    {
        var scene = new Scene(self: 1);
        scene.Tick(5000);
        scene.PrepareAsBackup(Scene.Propose(1));
        scene.Receive(StatusOf(scene, 3));

        scene.Receive(StatusOf(scene, 3));

        scene.AssertDropped(DropReason.TooSoon);
        Assert.Single(scene.Last);
    }

    [Fact]
    public void A_peer_in_a_lower_view_gets_the_new_view_or_this_replicas_view_change()
    {
        var scene = new Scene(self: 2);
        scene.Tick(0, pending: true);
        scene.Tick(1000, pending: true);
        scene.Receive(StatusOf(scene, 0));
        Assert.Equal(MessageKind.ViewChange, scene.Only<Send>().Message.Kind);

        scene.Receive(scene.NewView(1, scene.ViewChange(0, 1), scene.ViewChange(1, 1), scene.ViewChange(3, 1)));
        scene.Receive(StatusOf(scene, 3, view: 1, changing: true));

        var newView = scene.Only<Send>().Message;
        Assert.Equal((MessageKind.NewView, 1), (newView.Kind, newView.Signer.Value));
    }

    [Fact]
    public void A_peer_whose_stable_height_is_behind_gets_each_certificate_in_order()
    {
        var scene = new Scene(self: 1);
        for (ulong height = 1; height <= 3; height++)
        {
            var block = scene.ExecuteAsBackup(Scene.Propose(height));
            foreach (var i in scene.Others()) scene.Receive(scene.By(i).Checkpoint(block.Header.Height, block.Hash));
        }

        scene.Receive(StatusOf(scene, 3, stable: 1));

        Assert.Equal([2UL, 3UL], scene.Last.OfType<Send>().Select(s => ((StableNotice)s.Message).Proof.Height.Value));
    }

    [Fact]
    public void A_stable_notice_certifies_an_executed_height_and_sends_one_that_is_behind_syncing()
    {
        var scene = new Scene(self: 1);
        scene.ExecuteAsBackup(Scene.Propose(1));
        scene.Receive(scene.By(3).StableNotice(scene.Proof()));
        Assert.Equal(1UL, scene.Only<Certified>().Height.Value);

        scene.Shadow.Execute(Scene.Propose(2));
        scene.Receive(scene.By(3).StableNotice(scene.Proof()));

        Assert.Equal(2UL, scene.Only<NeedSync>().AtLeast.Value);
    }

    [Fact]
    public void A_stable_notice_for_another_block_than_the_executed_one_halts_the_replica()
    {
        var scene = new Scene(self: 1);
        scene.PrepareAsBackup(Scene.Propose(1));
        foreach (var i in scene.Others().Take(2)) scene.Receive(scene.By(i).Commit(Scene.Content(0, Scene.Propose(1))));
        scene.Execute(Scene.Propose(1));
        scene.Shadow.Execute(Scene.Propose(1, salt: 1));

        scene.Receive(scene.By(3).StableNotice(scene.Proof()));

        Assert.Equal(scene.Disk.Blocks[1].Hash, scene.Only<Diverged>().Own);
    }

    // P6: fabric panicked when a block that was committed arrived again in sync.
    [Fact]
    public void P6_sync_may_repeat_itself_or_bring_what_is_executed()
    {
        var scene = new Scene(self: 1);
        scene.ExecuteAsBackup(Scene.Propose(1));
        var first = scene.Proof();
        scene.Shadow.Execute(Scene.Propose(2));
        scene.Shadow.Execute(Scene.Propose(3));
        var third = scene.Proof();
        foreach (var proof in (StableProof[])[first, first, third, third, first])
            scene.Step(new Synced(proof.Height, proof.HeaderBytes, proof.Certificate));

        Assert.Empty(scene.Last);
        Assert.Equal((3UL, 3UL), (scene.Replica.Executed.Value, scene.Replica.Stable.Value));
    }

    [Fact]
    public void After_sync_the_replica_votes_on_from_the_height_above()
    {
        var scene = new Scene(self: 1);
        scene.Receive(scene.PrePrepare(0, Scene.Propose(3)));
        scene.Shadow.Execute(Scene.Propose(1));
        scene.Shadow.Execute(Scene.Propose(2));
        var proof = scene.Proof();

        scene.Step(new Synced(proof.Height, proof.HeaderBytes, proof.Certificate));

        Assert.Equal(3UL, scene.Only<ValidateProposal>().Proposal.Height.Value);
        Assert.Equal(3UL, scene.Only<PruneVotes>().Below.Value);
    }

    [Fact]
    public void Status_is_told_at_once_then_seldom_and_more_often_while_stuck()
    {
        var scene = new Scene(self: 1);
        int Told(long now, bool pending) =>
            scene.Tick(now, pending).OfType<Broadcast>().Count(b => b.Message is Status);

        Assert.Equal(1, Told(0, false));
        Assert.Equal(0, Told(900, false));
        Assert.Equal(1, Told(1000, false));
        Assert.Equal(1, Told(1200, true));
        Assert.Equal(0, Told(1300, true));
        Assert.Equal(1, Told(1400, true));
    }
}
