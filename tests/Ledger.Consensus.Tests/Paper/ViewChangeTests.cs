using Ledger.Consensus.Effects;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;

namespace Ledger.Consensus.Tests.Paper;

/// <summary>Clauses of OSDI '99 section 4.4 and 4.5.2.</summary>
public sealed class ViewChangeTests
{
    private static Scene TimedOut(int self, int validators = 4)
    {
        var scene = new Scene(self, validators);
        scene.Tick(0, pending: true);
        scene.Tick(1000, pending: true);
        return scene;
    }

    // 4.4
    [Fact]
    public void A_backup_whose_timer_expires_asks_for_the_next_view_with_all_that_it_prepared()
    {
        var scene = new Scene(self: 2);
        scene.ExecuteAsBackup(Scene.Propose(1));
        var stable = scene.Disk.Blocks[1].Hash;
        foreach (var i in scene.Others()) scene.Receive(scene.By(i).Checkpoint(new BlockHeight(1), stable));
        scene.PrepareAsBackup(Scene.Propose(2));
        scene.AcceptAsBackup(Scene.Propose(3));

        scene.Tick(0);
        scene.Tick(1000);

        var message = scene.OnlyBroadcast<ViewChange>();
        Assert.Equal(1UL, message.NewView.Value);
        Assert.Equal(1UL, message.StableHeight.Value);
        Assert.Equal([2UL], message.Prepared.Select(p => p.Height.Value));
        scene.AssertBefore<Persist, Broadcast>(b => b.Message is ViewChange);
        scene.AssertAuthentic(message);
    }

    [Fact]
    public void An_idle_replica_asks_for_nothing()
    {
        var scene = new Scene(self: 2);
        scene.Tick(0);
        scene.Tick(100_000);

        Assert.False(scene.Replica.InViewChange);
    }

    [Fact]
    public void Progress_restarts_the_timer()
    {
        var scene = new Scene(self: 2);
        scene.Tick(0, pending: true);
        scene.Tick(900, pending: true);
        scene.ExecuteAsBackup(Scene.Propose(1));
        scene.Tick(1800, pending: true);

        Assert.False(scene.Replica.InViewChange);
    }

    [Fact]
    public void An_overdue_transaction_asks_for_the_next_view_but_not_before_the_view_had_its_time()
    {
        var scene = new Scene(self: 2);
        scene.Tick(0, pending: true, overdue: true);
        Assert.False(scene.Replica.InViewChange);
        scene.ExecuteAsBackup(Scene.Propose(1));

        scene.Tick(1000, pending: true, overdue: true);

        Assert.True(scene.Replica.InViewChange);
    }

    // 4.4: "stops accepting messages (other than checkpoint, view-change, and new-view messages)"
    [Fact]
    public void While_asking_for_a_view_votes_of_the_old_one_count_no_more_and_checkpoints_do()
    {
        var scene = new Scene(self: 2);
        var block = scene.ExecuteAsBackup(Scene.Propose(1));
        scene.PrepareAsBackup(Scene.Propose(2));
        scene.Tick(0);
        scene.Tick(1000);

        foreach (var i in scene.Others()) scene.Receive(scene.By(i).Commit(Scene.Content(0, Scene.Propose(2))));
        scene.AssertDropped(DropReason.OldView);
        scene.Receive(scene.By(0).Checkpoint(new BlockHeight(1), block.Hash));
        scene.Receive(scene.By(1).Checkpoint(new BlockHeight(1), block.Hash));

        Assert.Equal(1UL, scene.Only<Certified>().Height.Value);
    }

    // 4.4
    [Fact]
    public void The_primary_opens_its_view_with_a_quorum_of_view_changes()
    {
        var scene = TimedOut(self: 1);
        var prepared = Scene.Propose(1);
        scene.Receive(scene.ViewChange(0, 1, null, (0, prepared)));
        Assert.True(scene.Replica.InViewChange);

        scene.Receive(scene.ViewChange(3, 1));

        var newView = scene.OnlyBroadcast<NewView>();
        Assert.Equal([0, 1, 3], newView.ViewChanges.Select(v => v.Signer.Value));
        Assert.Equal(prepared.Digest, Assert.Single(newView.PrePrepares).Digest);
        scene.AssertBefore<Persist, Broadcast>(b => b.Message is NewView);
        Assert.False(scene.Replica.InViewChange);
        Assert.Equal((new View(1), new BlockHeight(2)), scene.Replica.OpenSlot);
        scene.AssertAuthentic(newView);
    }

    // 4.4: O takes the certificate of the highest view, and null proposals for gaps
    [Fact]
    public void The_new_view_takes_the_latest_certificate_of_each_height_and_fills_gaps_with_null()
    {
        var scene = new Scene(self: 2);
        var (old, late) = (Scene.Propose(3), Scene.Propose(3, proposer: 1, salt: 1));
        var newView = scene.NewView(
            6, scene.ViewChange(0, 6, null, (0, old)), scene.ViewChange(1, 6, null, (1, late)), scene.ViewChange(3, 6));

        Assert.Equal([1UL, 2UL, 3UL], newView.PrePrepares.Select(p => p.Height.Value));
        Assert.True(newView.PrePrepares[0].Proposal.IsNull && newView.PrePrepares[1].Proposal.IsNull);
        Assert.Equal(late.Digest, newView.PrePrepares[2].Digest);
    }

    // 4.4: backups that enter a view prepare what it proposes
    [Fact]
    public void A_backup_prepares_what_the_new_view_proposes_again()
    {
        var scene = new Scene(self: 2);
        var proposal = Scene.Propose(2);
        var newView = scene.NewView(
            1, scene.ViewChange(0, 1, null, (0, proposal)), scene.ViewChange(1, 1), scene.ViewChange(3, 1));

        scene.Receive(newView);
        scene.AssertBefore<Persist, Broadcast>(b => b.Message is Prepare);
        Assert.Equal(1UL, scene.OnlyBroadcast<Prepare>().Height.Value);
        Assert.Equal(1, scene.Only<ViewEntered>().Primary.Value);
        var asked = scene.Only<ValidateProposal>();
        Assert.True(asked.Reproposed);

        scene.Validated(newView.PrePrepares[1]);
        Assert.Equal(proposal.Digest, scene.OnlyBroadcast<Prepare>().Digest);
    }

    // 4.4: "to avoid re-executing client requests"
    [Fact]
    public void What_is_proposed_again_is_agreed_again_and_not_executed_again()
    {
        var scene = new Scene(self: 2);
        var proposal = Scene.Propose(1);
        scene.ExecuteAsBackup(proposal);

        scene.Receive(scene.NewView(
            1, scene.ViewChange(0, 1, null, (0, proposal)), scene.ViewChange(1, 1), scene.ViewChange(3, 1)));
        Assert.Equal(1UL, scene.OnlyBroadcast<Prepare>().View.Value);
        scene.Receive(scene.By(3).Prepare(Scene.Content(1, proposal)));
        Assert.Equal(1UL, scene.OnlyBroadcast<Commit>().View.Value);
        foreach (var i in scene.Others()) scene.Receive(scene.By(i).Commit(Scene.Content(1, proposal)));

        Assert.DoesNotContain(scene.Last, e => e is Execute);
        Assert.Equal(1UL, scene.Replica.Executed.Value);
    }

    // 4.4: a replica that lacks the stable checkpoint fetches it
    [Fact]
    public void A_replica_behind_the_new_views_checkpoint_enters_it_and_asks_for_sync()
    {
        var scene = new Scene(self: 2);
        scene.Shadow.Execute(Scene.Propose(1));
        scene.Shadow.Execute(Scene.Propose(2));
        var proposal = Scene.Propose(3);

        scene.Receive(scene.NewView(
            1, scene.ViewChange(0, 1, scene.Proof(), (0, proposal)), scene.ViewChange(1, 1), scene.ViewChange(3, 1)));

        Assert.Equal(2UL, scene.Only<NeedSync>().AtLeast.Value);
        Assert.Equal(1UL, scene.Only<ViewEntered>().View.Value);
        Assert.Equal(3UL, scene.Only<ValidateProposal>().Proposal.Height.Value);
    }

    [Fact]
    public void Votes_that_outrun_the_new_view_are_counted_when_it_comes()
    {
        var scene = new Scene(self: 2);
        var proposal = Scene.Propose(1);
        scene.Receive(scene.By(3).Prepare(Scene.Content(1, proposal)));
        scene.Receive(scene.By(0).Prepare(Scene.Content(1, proposal)));

        scene.Receive(scene.NewView(
            1, scene.ViewChange(0, 1, null, (0, proposal)), scene.ViewChange(1, 1), scene.ViewChange(3, 1)));

        Assert.Equal(proposal.Digest, scene.OnlyBroadcast<Commit>().Digest);
    }

    // 4.5.2: "waits for 2f+1 view-change messages ... then starts its timer"
    [Fact]
    public void P7_the_timer_of_a_view_change_starts_with_a_quorum_and_doubles_up_to_the_cap()
    {
        // The primary of views 0 and 7: in none of those between does it open the view itself.
        var scene = TimedOut(self: 0, validators: 7);
        scene.Tick(50_000);
        Assert.Equal(1UL, scene.Replica.View.Value);

        var now = 50_000L;
        ulong view = 1;
        foreach (var timeout in (long[])[1000, 2000, 4000, 8000, 16_000, 16_000])
        {
            for (var i = 1; i < 5; i++) scene.Receive(scene.ViewChange(i, view));
            scene.Tick(now + timeout - 1);
            Assert.Equal(view, scene.Replica.View.Value);
            now += timeout;
            scene.Tick(now);
            view++;
            Assert.Equal(view, scene.Replica.View.Value);
        }
    }

    // 4.5.2: "f+1 valid view-change messages from other replicas for views greater than its current view"
    [Fact]
    public void A_replica_joins_the_smallest_view_that_f_plus_1_others_ask_for_or_passed()
    {
        var scene = new Scene(self: 3, validators: 7);
        scene.Receive(scene.ViewChange(0, 9));
        scene.Receive(scene.ViewChange(1, 5));
        Assert.False(scene.Replica.InViewChange);

        scene.Receive(scene.ViewChange(2, 7));

        Assert.True(scene.Replica.InViewChange);
        Assert.Equal(5UL, scene.Replica.View.Value);
    }
}
