using Ledger.Consensus.Effects;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;

namespace Ledger.Consensus.Tests.Timers;

/// <summary>
/// When ticks may be left out. The clusters of these tests hold every replica to it (<see cref="ClusterNode"/>); here is
/// what each thing under way does to it.
/// </summary>
public sealed class IdleTests
{
    [Fact]
    public void Before_the_first_tick_there_is_no_time_to_be_idle_in() =>
        Assert.Null(new Scene(self: 1).Replica.IdleUntil);

    [Fact]
    public void An_idle_replica_needs_no_tick_before_its_next_status()
    {
        var scene = new Scene(self: 1);
        scene.Tick(100);
        var next = 100 + scene.Options.StatusMs;

        Assert.Equal(new LogicalTime(next), scene.Replica.IdleUntil);
        Assert.Empty(scene.Tick(next - 1));
        Assert.Equal(new LogicalTime(next), scene.Replica.IdleUntil);
        scene.Tick(next);
        scene.OnlyBroadcast<Status>();
        Assert.Equal(new LogicalTime(next + scene.Options.StatusMs), scene.Replica.IdleUntil);
    }

    [Fact]
    public void A_timer_that_runs_needs_ticks_until_one_has_stopped_it()
    {
        var scene = new Scene(self: 1);
        scene.Tick(100, pending: true);

        Assert.Null(scene.Replica.IdleUntil);

        // The transaction is gone. Left to itself the timer would expire in the midst of the next one's time.
        scene.Tick(120);
        Assert.NotNull(scene.Replica.IdleUntil);
        scene.Tick(120 + scene.Options.RequestTimeoutMs, pending: true);
        Assert.False(scene.Replica.InViewChange);
    }

    [Fact]
    public void From_a_proposal_to_its_certificate_time_matters()
    {
        var scene = new Scene(self: 1);
        var proposal = Scene.Propose(1);
        scene.Tick(100);

        scene.PrepareAsBackup(proposal);
        Assert.Null(scene.Replica.IdleUntil);
        foreach (var i in scene.Others().Take(scene.Quorum - 1))
            scene.Receive(scene.By(i).Commit(Scene.Content(0, proposal)));
        Assert.Null(scene.Replica.IdleUntil);
        scene.Execute(proposal);
        Assert.Null(scene.Replica.IdleUntil);
        var block = scene.Disk.Blocks[^1];
        foreach (var i in scene.Others().Take(scene.Quorum - 1))
            scene.Receive(scene.By(i).Checkpoint(block.Header.Height, block.Hash));

        Assert.Equal(new BlockHeight(1), scene.Replica.Stable);
        Assert.NotNull(scene.Replica.IdleUntil);
    }

    [Fact]
    public void A_view_change_of_this_replica_or_of_another_needs_ticks()
    {
        var scene = new Scene(self: 2);
        scene.Tick(100);

        scene.Receive(scene.ViewChange(1, 1));
        Assert.Null(scene.Replica.IdleUntil);
        scene.Receive(scene.ViewChange(3, 1));

        Assert.True(scene.Replica.InViewChange);
        Assert.Null(scene.Replica.IdleUntil);
    }

    [Fact]
    public void One_that_others_are_ahead_of_needs_ticks_and_one_that_a_single_liar_is_ahead_of_does_not()
    {
        var scene = new Scene(self: 1);
        scene.Tick(100);

        scene.Receive(Claim(scene, 2));
        Assert.NotNull(scene.Replica.IdleUntil);
        scene.Receive(Claim(scene, 3));

        Assert.Null(scene.Replica.IdleUntil);
        scene.Tick(200);
        Assert.Contains(scene.Tick(200 + (2 * scene.Options.RetransmitMs)), e => e is NeedSync);
    }

    private static Status Claim(Scene scene, int from)
    {
        var height = new BlockHeight(5);
        return scene.By(from).Status(new StatusContent(new View(0), false, height, height, [], []));
    }
}
