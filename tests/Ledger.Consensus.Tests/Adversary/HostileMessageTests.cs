using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Core.Accountability;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;

namespace Ledger.Consensus.Tests.Adversary;

/// <summary>
/// What faulty validators may sign, and what becomes of it. P-numbers are rows of the list of known pitfalls.
/// </summary>
public sealed class HostileMessageTests
{
    private static AuthenticationFault Fault(Scene scene, ConsensusMessage message, int? peer = null)
    {
        var from = new ValidatorIndex(peer ?? message.Signer.Value);
        var ok = scene.Authenticator.TryAuthenticate(from, message.Encode(), out var decoded, out _, out var fault);
        Assert.Equal(ok, fault == AuthenticationFault.None);
        Assert.Equal(ok, decoded is not null);
        return fault;
    }

    [Fact]
    public void P1_one_validator_that_asks_for_huge_views_moves_nobody()
    {
        var scene = new Scene(self: 2);
        foreach (var view in (ulong[])[5, 1_000_000, ulong.MaxValue, 7])
        {
            scene.Receive(scene.ViewChange(3, view));
            Assert.Equal(0UL, scene.Replica.View.Value);
        }

        // Its one entry neither hides nor helps an honest view change.
        scene.Receive(scene.ViewChange(0, 1));
        Assert.Equal(1UL, scene.Replica.View.Value);
        scene.Tick(0);
        Assert.True(scene.Replica.InViewChange);
    }

    [Fact]
    public void P1_at_the_last_view_of_all_nothing_overflows()
    {
        var scene = new Scene(self: 2);
        scene.Receive(scene.ViewChange(3, ulong.MaxValue));
        scene.Receive(scene.ViewChange(0, ulong.MaxValue));
        scene.Receive(scene.ViewChange(1, ulong.MaxValue));

        for (var now = 0L; now < 200_000; now += 1000) scene.Tick(now, pending: true);

        Assert.Equal(ulong.MaxValue, scene.Replica.View.Value);
    }

    [Fact]
    public void Heights_at_the_end_of_the_number_range_are_dropped()
    {
        var scene = new Scene(self: 1);
        var far = Scene.Propose(ulong.MaxValue, time: 5);

        scene.Receive(scene.PrePrepare(0, far));
        scene.AssertDropped(DropReason.AboveWindow);
        scene.Receive(scene.By(2).Commit(Scene.Content(0, far)));
        scene.AssertDropped(DropReason.AboveWindow);
        scene.Receive(scene.By(2).Checkpoint(far.Height, Scene.Id(1)));
        scene.AssertDropped(DropReason.AboveWindow);
        scene.Tick(0);
        scene.Tick(10_000);
        Assert.DoesNotContain(scene.Last, e => e is NeedSync);
    }

    [Fact]
    public void P3_a_commit_that_meets_a_view_change_is_void_and_its_value_survives_into_the_new_view()
    {
        var scene = new Scene(self: 2);
        var proposal = Scene.Propose(1);
        scene.PrepareAsBackup(proposal);
        scene.Receive(scene.By(0).Commit(Scene.Content(0, proposal)));
        scene.Receive(scene.ViewChange(3, 1));
        scene.Receive(scene.ViewChange(1, 1));
        var own = scene.OnlyBroadcast<ViewChange>();

        scene.Receive(scene.By(1).Commit(Scene.Content(0, proposal)));
        Assert.DoesNotContain(scene.Last, e => e is Execute);

        scene.Receive(scene.NewView(1, scene.ViewChange(1, 1), own, scene.ViewChange(3, 1)));
        scene.Validated(scene.PrePrepare(1, proposal));
        scene.Receive(scene.By(3).Prepare(Scene.Content(1, proposal)));
        scene.Receive(scene.By(0).Commit(Scene.Content(1, proposal)));
        scene.Receive(scene.By(1).Commit(Scene.Content(1, proposal)));
        Assert.Equal(proposal.Digest, scene.Only<Execute>().Proposal.Digest);
    }

    [Theory]
    [InlineData(FaultKind.ContradictingPrepares)]
    [InlineData(FaultKind.ContradictingCommits)]
    [InlineData(FaultKind.ContradictingCheckpoints)]
    public void Two_votes_that_contradict_each_other_are_reported_once_with_both_messages(FaultKind kind)
    {
        var scene = new Scene(self: 1);
        ConsensusMessage Vote(int salt) => kind switch
        {
            FaultKind.ContradictingPrepares => scene.By(3).Prepare(Scene.Content(0, Scene.Propose(1, salt: salt))),
            FaultKind.ContradictingCommits => scene.By(3).Commit(Scene.Content(0, Scene.Propose(1, salt: salt))),
            _ => scene.By(3).Checkpoint(new BlockHeight(1), Scene.Id(1, salt)),
        };
        scene.Receive(Vote(0));

        scene.Receive(Vote(1));
        var evidence = scene.Only<FaultFound>().Evidence;
        Assert.Equal((kind, 3), (evidence.Kind, evidence.Culprit.Value));
        Assert.Equal(Vote(0).Encode(), evidence.First.Encode());
        Assert.Equal(Vote(1).Encode(), evidence.Second.Encode());

        scene.Receive(Vote(2));
        scene.AssertDropped(DropReason.Contradiction);
        Assert.Single(scene.Last);
    }

    [Fact]
    public void A_new_view_that_drops_a_prepared_height_is_refused()
    {
        var scene = new Scene(self: 2);
        ViewChange[] changes =
            [scene.ViewChange(0, 1, null, (0, Scene.Propose(1))), scene.ViewChange(1, 1), scene.ViewChange(3, 1)];
        var hostile = scene.NewViewWith(1, changes, []);
        Assert.Equal(AuthenticationFault.None, Fault(scene, hostile));

        scene.Receive(hostile);

        scene.AssertDropped(DropReason.NewViewMismatch);
        Assert.Equal(0UL, scene.Replica.View.Value);
    }

    [Fact]
    public void A_new_view_that_changes_or_adds_a_proposal_is_refused()
    {
        var scene = new Scene(self: 2);
        ViewChange[] changes =
            [scene.ViewChange(0, 1, null, (0, Scene.Propose(1))), scene.ViewChange(1, 1), scene.ViewChange(3, 1)];
        var (kept, added) = (scene.PrePrepare(1, Scene.Propose(1)), scene.PrePrepare(1, Scene.Propose(2, proposer: 1)));

        scene.Receive(scene.NewViewWith(1, changes, [scene.PrePrepare(1, Scene.Propose(1, salt: 1))]));
        scene.AssertDropped(DropReason.NewViewMismatch);
        scene.Receive(scene.NewViewWith(1, changes, [kept, added]));
        scene.AssertDropped(DropReason.NewViewMismatch);
        scene.Receive(scene.NewViewWith(1, changes, [kept]));
        Assert.Equal(1UL, scene.Replica.View.Value);
    }

    [Fact]
    public void A_new_view_without_a_quorum_or_with_a_doubled_view_change_is_malformed()
    {
        var scene = new Scene(self: 2);
        var (a, b) = (scene.ViewChange(0, 1), scene.ViewChange(1, 1));

        Assert.Equal(AuthenticationFault.Malformed, Fault(scene, scene.NewViewWith(1, [a, b], [])));
        Assert.Equal(AuthenticationFault.Malformed, Fault(scene, scene.NewViewWith(1, [a, b, b], [])));
        var mixed = scene.NewViewWith(1, [a, b, scene.ViewChange(3, 2)], []);
        Assert.Equal(AuthenticationFault.Malformed, Fault(scene, mixed));
    }

    [Fact]
    public void A_new_view_by_another_than_its_primary_is_malformed()
    {
        var scene = new Scene(self: 2);
        ViewChange[] changes = [scene.ViewChange(0, 1), scene.ViewChange(1, 1), scene.ViewChange(3, 1)];
        var content = new NewViewContent(new View(1), [.. changes.Select(v => v.WithoutProposals())], []);
        var forged = scene.By(3).NewView(content);

        Assert.Equal(AuthenticationFault.Malformed, Fault(scene, forged));
    }

    [Fact]
    public void A_forged_prepared_certificate_is_refused_wherever_it_is_nested()
    {
        var scene = new Scene(self: 2);
        var proposal = Scene.Propose(1);
        var content = Scene.Content(0, proposal);
        // Prepares that the accused never made: signed by the forger in their name.
        var forged = new PreparedCertificate(
            content,
            new VoteSignature(new ValidatorIndex(0), scene.By(0).PrePrepare(new View(0), proposal).Signature),
            [
                new VoteSignature(new ValidatorIndex(1), scene.By(3).Prepare(content).Signature),
                new VoteSignature(new ValidatorIndex(3), scene.By(3).Prepare(content).Signature),
            ]);
        var change = scene.By(3).ViewChange(new ViewChangeContent(new View(1), null, [forged]), [proposal]);

        Assert.Equal(AuthenticationFault.NestedSignatureInvalid, Fault(scene, change));
        ViewChange[] changes = [scene.ViewChange(0, 1), scene.ViewChange(1, 1), change];
        Assert.Equal(AuthenticationFault.NestedSignatureInvalid, Fault(scene, scene.NewView(1, changes)));
    }

    [Fact]
    public void A_prepare_does_not_serve_as_a_pre_prepare_nor_as_a_commit()
    {
        var scene = new Scene(self: 2);
        var proposal = Scene.Propose(1);
        var prepare = scene.By(3).Prepare(Scene.Content(0, proposal));

        Assert.Equal(
            AuthenticationFault.SignatureInvalid,
            Fault(scene, new Commit(prepare.Signer, Scene.Content(0, proposal), prepare.Payload, prepare.Signature)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void A_prepared_certificate_outside_the_window_or_of_the_view_asked_for_is_malformed(ulong offWindow)
    {
        var scene = new Scene(self: 2, window: 8);
        var bad = offWindow == 0
            ? scene.ViewChange(3, 1, null, (1, Scene.Propose(1, proposer: 1)))
            : scene.ViewChange(3, 1, null, (0, Scene.Propose(offWindow)));

        Assert.Equal(AuthenticationFault.Malformed, Fault(scene, bad));
    }

    [Fact]
    public void A_stable_proof_whose_header_is_not_the_certified_one_is_refused()
    {
        var scene = new Scene(self: 2);
        scene.Shadow.Execute(Scene.Propose(1));
        var proof = scene.Proof();
        // The certificate of height 1 under a header that claims height 5.
        var lie = proof.Header with { Height = new BlockHeight(5) };
        var lieBytes = lie.Encode();
        var stale = new StableProof(lie, lieBytes, BlockHeader.HashOf(lieBytes, scene.Suite.Hash), proof.Certificate);

        Assert.Equal(AuthenticationFault.Malformed, Fault(scene, scene.ViewChange(3, 1, stale)));
        Assert.Equal(AuthenticationFault.Malformed, Fault(scene, scene.By(3).StableNotice(stale)));
        Assert.Equal(AuthenticationFault.None, Fault(scene, scene.By(3).StableNotice(proof)));
    }

    [Fact]
    public void A_certificate_below_a_quorum_is_refused()
    {
        var scene = new Scene(self: 2);
        scene.Shadow.Execute(Scene.Propose(1));
        var proof = scene.Proof();
        var few = QuorumCertificate.Create(
            proof.HeaderHash,
            4,
            new Dictionary<ValidatorIndex, byte[]>
            {
                [new ValidatorIndex(3)] = scene.By(3).Checkpoint(proof.Height, proof.HeaderHash).Signature.ToArray(),
            });

        var weak = new StableProof(proof.Header, proof.HeaderBytes, proof.HeaderHash, few);
        Assert.Equal(AuthenticationFault.NestedSignatureInvalid, Fault(scene, scene.By(3).StableNotice(weak)));
    }

    [Fact]
    public void Only_pre_prepares_and_new_views_may_be_relayed()
    {
        var scene = new Scene(self: 2);
        var checkpoint = scene.By(3).Checkpoint(new BlockHeight(1), Scene.Id(1));

        Assert.Equal(AuthenticationFault.None, Fault(scene, checkpoint));
        Assert.Equal(AuthenticationFault.Relayed, Fault(scene, checkpoint, peer: 0));
        Assert.Equal(AuthenticationFault.None, Fault(scene, scene.PrePrepare(0, Scene.Propose(1)), peer: 3));
    }

    [Fact]
    public void A_message_of_another_channel_is_malformed_and_one_of_another_epoch_is_told_apart()
    {
        var scene = new Scene(self: 2);
        foreach (var (binding, fault) in ((ChannelBinding, AuthenticationFault)[])[
            (new(new ChannelId(Hash256.Zero), new Epoch(0)), AuthenticationFault.Malformed),
            (new(new ChannelId(Hash256.Zero), new Epoch(1)), AuthenticationFault.Malformed),
            (new(Scene.Channel, new Epoch(1)), AuthenticationFault.LaterEpoch)])
        {
            var foreign = new MessageFactory(binding, new ValidatorIndex(3), scene.Suite.SignerOf(3));
            var prepare = foreign.Prepare(Scene.Content(0, Scene.Propose(1)));
            Assert.Equal(fault, Fault(scene, prepare));
        }
    }

    [Fact]
    public void A_peer_outside_the_set_is_refused()
    {
        var scene = new Scene(self: 2);

        Assert.Equal(AuthenticationFault.UnknownSigner, Fault(scene, scene.PrePrepare(0, Scene.Propose(1)), peer: 4));
    }

    [Fact]
    public void One_validator_far_ahead_does_not_send_the_replica_syncing_and_f_plus_1_do()
    {
        var scene = new Scene(self: 1);
        scene.Tick(0);
        scene.Receive(scene.By(3).Checkpoint(new BlockHeight(500), Scene.Id(1)));
        scene.Tick(5000);
        Assert.DoesNotContain(scene.Last, e => e is NeedSync);

        scene.Receive(scene.By(2).Checkpoint(new BlockHeight(400), Scene.Id(1)));
        scene.Tick(6000);
        scene.Tick(6400);

        Assert.Equal(400UL, scene.Only<NeedSync>().AtLeast.Value);
    }
}
