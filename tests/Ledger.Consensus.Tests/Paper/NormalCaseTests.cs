using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;

namespace Ledger.Consensus.Tests.Paper;

/// <summary>Clauses of OSDI '99 section 4.2 and 4.3.</summary>
public sealed class NormalCaseTests
{
    // 4.2
    [Fact]
    public void The_primary_gives_proposals_consecutive_heights_and_sends_them_once_persisted()
    {
        var scene = new Scene(self: 0);

        for (ulong height = 1; height <= 2; height++)
        {
            Assert.Equal((new View(0), new BlockHeight(height)), scene.Replica.OpenSlot);
            scene.Offer(height, time: 50);
            Assert.Equal(height, scene.OnlyBroadcast<PrePrepare>().Height.Value);
            scene.AssertBefore<Persist, Broadcast>(_ => true);
        }
    }

    [Fact]
    public void The_primary_orders_no_more_than_the_pipeline_holds()
    {
        var scene = new Scene(self: 0);
        for (ulong height = 1; height <= 4; height++) scene.Offer(height, time: 50);

        Assert.Null(scene.Replica.OpenSlot);
    }

    [Fact]
    public void An_offer_for_a_slot_that_is_not_open_is_ignored()
    {
        var scene = new Scene(self: 1);

        Assert.Null(scene.Replica.OpenSlot);
        Assert.Empty(scene.Offer(1, time: 50));
    }

    [Fact]
    public void The_primary_raises_a_time_that_does_not_advance()
    {
        var scene = new Scene(self: 0);

        scene.Offer(1, time: 500);
        scene.Offer(2, time: 400);

        Assert.Equal(501UL, scene.OnlyBroadcast<PrePrepare>().Proposal.Time.UnixMilliseconds);
    }

    // 4.2
    [Fact]
    public void A_backup_checks_a_proposal_before_it_prepares_and_persists_before_it_sends()
    {
        var scene = new Scene(self: 1);
        var prePrepare = scene.PrePrepare(0, Scene.Propose(1));

        scene.Receive(prePrepare);
        Assert.False(scene.Only<ValidateProposal>().Reproposed);
        Assert.Empty(scene.Last.OfType<Broadcast>());

        scene.Validated(prePrepare);
        Assert.Equal(prePrepare.Digest, scene.OnlyBroadcast<Prepare>().Digest);
        Assert.Equal(VoteRecordKind.Accepted, scene.Only<Persist>().Record.Kind);
        scene.AssertBefore<Persist, Broadcast>(_ => true);
    }

    [Fact]
    public void A_rejected_proposal_is_not_prepared()
    {
        var scene = new Scene(self: 1);
        var prePrepare = scene.PrePrepare(0, Scene.Propose(1));
        scene.Receive(prePrepare);

        Assert.Empty(scene.Validated(prePrepare, accepted: false));
    }

    // 4.2: "it has not accepted a pre-prepare message for view v and sequence number n containing a different digest"
    [Fact]
    public void A_second_proposal_for_a_height_is_refused_and_proves_the_primarys_fault()
    {
        var scene = new Scene(self: 1);
        scene.AcceptAsBackup(Scene.Propose(1));

        scene.Receive(scene.PrePrepare(0, Scene.Propose(1, salt: 1)));

        Assert.Equal(FaultKind.ContradictingProposals, scene.Only<FaultFound>().Evidence.Kind);
        Assert.Empty(scene.Last.OfType<Broadcast>());
    }

    [Fact]
    public void A_proposal_of_another_view_is_not_accepted()
    {
        var scene = new Scene(self: 2);

        scene.Receive(scene.PrePrepare(1, Scene.Propose(1, proposer: 1)));

        scene.AssertDropped(DropReason.FutureView);
    }

    // 4.2 and 4.3: water marks
    [Fact]
    public void Votes_outside_the_water_marks_are_dropped()
    {
        var scene = new Scene(self: 1, window: 8);
        scene.ExecuteAsBackup(Scene.Propose(1));
        scene.Receive(scene.By(0).Checkpoint(new BlockHeight(1), scene.Disk.Blocks[1].Hash));
        scene.Receive(scene.By(2).Checkpoint(new BlockHeight(1), scene.Disk.Blocks[1].Hash));
        Assert.Equal(1UL, scene.Replica.Stable.Value);

        scene.Receive(scene.By(2).Prepare(Scene.Content(0, Scene.Propose(1))));
        scene.AssertDropped(DropReason.BelowWindow);
        scene.Receive(scene.By(2).Prepare(Scene.Content(0, Scene.Propose(10))));
        scene.AssertDropped(DropReason.AboveWindow);
        Assert.Empty(scene.Receive(scene.By(2).Prepare(Scene.Content(0, Scene.Propose(9)))));
    }

    [Fact]
    public void Heights_are_accepted_in_order()
    {
        var scene = new Scene(self: 1);
        var second = scene.PrePrepare(0, Scene.Propose(2));

        Assert.Empty(scene.Receive(second));
        scene.AcceptAsBackup(Scene.Propose(1));

        Assert.Equal(2UL, scene.Only<ValidateProposal>().Proposal.Height.Value);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(0, 0)]
    public void A_proposal_in_anothers_name_or_at_a_time_that_does_not_advance_is_not_prepared(int proposer, ulong time)
    {
        var scene = new Scene(self: 1);

        scene.Receive(scene.By(0).PrePrepare(
            new View(0),
            Proposal.Create(
                new Epoch(0), new BlockHeight(1), new Timestamp(time), new ValidatorIndex(proposer), [Scene.Id(1)],
                scene.Suite.Hash)));

        Assert.Single(scene.Last);
        Assert.IsType<Dropped>(scene.Last[0]);
    }

    [Fact]
    public void A_proposal_that_names_a_transaction_twice_is_dropped()
    {
        var scene = new Scene(self: 1);
        var twice = Proposal.Create(
            new Epoch(0), new BlockHeight(1), new Timestamp(9), new ValidatorIndex(0), [Scene.Id(1), Scene.Id(1)],
            scene.Suite.Hash);

        scene.Receive(scene.PrePrepare(0, twice));

        scene.AssertDropped(DropReason.BadProposal);
    }

    [Fact]
    public void A_proposal_without_transactions_is_the_hosts_to_judge()
    {
        var scene = new Scene(self: 1);
        var empty = WithoutTransactions(scene, time: 9);

        scene.Receive(scene.PrePrepare(0, empty));
        var asked = scene.Only<ValidateProposal>();
        Assert.Equal(empty.Digest, asked.Proposal.Digest);
        scene.Step(new ProposalValidated(asked.View, asked.Proposal.Height, asked.Proposal.Digest, Accepted: false));

        Assert.DoesNotContain(scene.Last, e => e is Broadcast { Message: Prepare });
    }

    [Fact]
    public void A_null_proposal_is_not_a_fresh_one()
    {
        var scene = new Scene(self: 1);

        scene.Receive(scene.PrePrepare(0, Proposal.Null(new Epoch(0), new BlockHeight(1), scene.Suite.Hash)));

        scene.AssertDropped(DropReason.BadProposal);
    }

    [Fact]
    public void A_primary_whose_host_has_other_work_that_is_due_proposes_without_transactions()
    {
        var scene = new Scene(self: 0);

        scene.Step(new ProposalOffered(new View(0), new BlockHeight(1), new Timestamp(9), []));

        Assert.Empty(Assert.IsType<PrePrepare>(scene.Only<Broadcast>().Message).Proposal.TransactionIds);
    }

    // 4.4: what the host waits for the primary to begin, be it transactions or other work, arms the timer.
    [Fact]
    public void Other_work_that_the_primary_withholds_leads_to_a_view_change()
    {
        var scene = new Scene(self: 1);
        scene.Tick(0, pending: true);

        scene.Tick(scene.Options.RequestTimeoutMs, pending: true);

        Assert.Contains(scene.Last, e => e is ViewChangeStarted);
    }

    private static Proposal WithoutTransactions(Scene scene, ulong time) => Proposal.Create(
        new Epoch(0), new BlockHeight(1), new Timestamp(time), new ValidatorIndex(0), [], scene.Suite.Hash);

    // 4.2: prepared
    [Fact]
    public void A_replica_is_prepared_with_the_pre_prepare_and_matching_prepares_of_a_quorum()
    {
        var scene = new Scene(self: 1);
        var proposal = Scene.Propose(1);
        scene.AcceptAsBackup(proposal);

        scene.Receive(scene.By(0).Prepare(Scene.Content(0, proposal)));
        scene.AssertDropped(DropReason.PrimaryPrepare);
        // Not counted, and answered with the other half of the primary's equivocation.
        var other = scene.Receive(scene.By(2).Prepare(Scene.Content(0, Scene.Propose(1, salt: 1))));
        Assert.IsType<PrePrepare>(Assert.IsType<Send>(Assert.Single(other)).Message);

        scene.Receive(scene.By(3).Prepare(Scene.Content(0, proposal)));
        Assert.Equal(proposal.Digest, scene.OnlyBroadcast<Commit>().Digest);
        Assert.Equal(VoteRecordKind.Prepared, scene.Only<Persist>().Record.Kind);
        scene.AssertBefore<Persist, Broadcast>(_ => true);
    }

    [Fact]
    public void A_prepare_counts_once()
    {
        var scene = new Scene(self: 1, validators: 7);
        var proposal = Scene.Propose(1);
        scene.AcceptAsBackup(proposal);
        for (var i = 0; i < 5; i++) scene.Receive(scene.By(2).Prepare(Scene.Content(0, proposal)));

        scene.AssertDropped(DropReason.Duplicate);
        Assert.DoesNotContain(scene.Disk.Votes, r => r.Kind == VoteRecordKind.Prepared);
    }

    // 4.2: committed-local
    [Fact]
    public void A_proposal_is_committed_with_a_quorum_of_commits_and_not_before_it_is_prepared()
    {
        var scene = new Scene(self: 1);
        var proposal = Scene.Propose(1);
        foreach (var i in scene.Others()) scene.Receive(scene.By(i).Commit(Scene.Content(0, proposal)));
        scene.AcceptAsBackup(proposal);
        Assert.DoesNotContain(scene.Last, e => e is Execute);

        scene.Receive(scene.By(3).Prepare(Scene.Content(0, proposal)));

        Assert.Equal(proposal.Digest, scene.Only<Execute>().Proposal.Digest);
    }

    // 4.2: "executes the operation ... after all requests with lower sequence numbers"
    [Fact]
    public void Execution_follows_the_order_of_heights()
    {
        var scene = new Scene(self: 1);
        scene.PrepareAsBackup(Scene.Propose(1));
        scene.PrepareAsBackup(Scene.Propose(2));
        foreach (var i in scene.Others()) scene.Receive(scene.By(i).Commit(Scene.Content(0, Scene.Propose(2))));
        Assert.DoesNotContain(scene.Last, e => e is Execute);

        scene.Receive(scene.By(0).Commit(Scene.Content(0, Scene.Propose(1))));
        scene.Receive(scene.By(2).Commit(Scene.Content(0, Scene.Propose(1))));

        Assert.Equal([1UL, 2UL], scene.Last.OfType<Execute>().Select(e => e.Proposal.Height.Value));
    }

    [Fact]
    public void What_a_quorum_committed_is_executed_though_this_replica_rejected_it()
    {
        var scene = new Scene(self: 1);
        var proposal = Scene.Propose(1);
        var prePrepare = scene.PrePrepare(0, proposal);
        scene.Receive(prePrepare);
        scene.Validated(prePrepare, accepted: false);

        foreach (var i in scene.OtherBackups(0)) scene.Receive(scene.By(i).Prepare(Scene.Content(0, proposal)));
        foreach (var i in scene.Others().Take(2)) scene.Receive(scene.By(i).Commit(Scene.Content(0, proposal)));

        Assert.Equal(1UL, scene.Only<Execute>().Proposal.Height.Value);
        // Others may need its prepare all the same.
        Assert.Equal(proposal.Digest, scene.OnlyBroadcast<Prepare>().Digest);
    }

    // 4.3
    [Fact]
    public void A_quorum_of_checkpoints_makes_a_certificate_that_verifies_and_then_prunes()
    {
        var scene = new Scene(self: 1);
        var block = scene.ExecuteAsBackup(Scene.Propose(1));
        Assert.Equal(block.Hash, scene.Disk.Blocks[1].Hash);

        scene.Receive(scene.By(2).Checkpoint(new BlockHeight(1), block.Hash));
        Assert.Empty(scene.Last);
        scene.Receive(scene.By(3).Checkpoint(new BlockHeight(1), block.Hash));

        var certificate = scene.Only<Certified>().Certificate;
        Assert.Equal(CertificateFault.None, certificate.Verify(block.Hash, scene.Validators, scene.Suite));
        scene.AssertBefore<Certified, PruneVotes>(p => p.Below.Value == 2);
        Assert.Empty(scene.Disk.Votes);
    }

    [Fact]
    public void A_checkpoint_is_sent_when_the_block_is_durable_and_reported_once()
    {
        var scene = new Scene(self: 1);
        scene.ExecuteAsBackup(Scene.Propose(1));
        Assert.Equal(scene.Disk.Blocks[1].Hash, scene.OnlyBroadcast<Checkpoint>().HeaderHash);

        Assert.Empty(scene.Step(new Executed(new BlockHeight(1), scene.Disk.Blocks[1].HeaderBytes)));
    }

    [Fact]
    public void A_quorum_for_another_hash_halts_the_replica()
    {
        var scene = new Scene(self: 1);
        scene.ExecuteAsBackup(Scene.Propose(1));
        var other = Scene.Id(99);

        foreach (var i in scene.Others()) scene.Receive(scene.By(i).Checkpoint(new BlockHeight(1), other));

        Assert.Equal(other, scene.Only<Diverged>().Other);
        Assert.Empty(scene.Tick(99_999, pending: true));
        Assert.Null(scene.Replica.OpenSlot);
    }
}
