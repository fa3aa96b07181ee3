using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Messages;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests.Accountability;

/// <summary>What a replica finds, and that it can prove it.</summary>
public sealed class EvidenceTests
{
    private static FaultVerdict Prove(Scene scene, FaultEvidence evidence)
    {
        Assert.True(evidence.TryProve(Scene.Channel, scene.Validators, _ => null, out var proof));
        var verdict = FaultContext.Open(proof, scene.Suite, _ => scene.Validators, out var context)
            ?? FaultVerifier.Verify(
                context!, new ChannelParameters { Window = (uint)scene.Options.Window, MaxBlockTransactions = 4 });
        Assert.True(verdict.IsProven, verdict.Detail);
        Assert.Equal(evidence.Culprit, verdict.Content.Index);
        return verdict;
    }

    [Fact]
    public void Two_view_changes_for_one_view_are_evidence_once()
    {
        var scene = new Scene(self: 1);
        scene.Receive(scene.ViewChange(3, 1));

        scene.Receive(scene.ViewChange(3, 1, null, (0, Scene.Propose(1))));
        var evidence = scene.Only<FaultFound>().Evidence;
        Assert.Equal(FaultKind.ContradictingViewChanges, evidence.Kind);
        Assert.Equal(1UL, Prove(scene, evidence).Content!.View);

        scene.Receive(scene.ViewChange(3, 1, null, (0, Scene.Propose(2))));
        Assert.DoesNotContain(scene.Last, e => e is FaultFound);
    }

    [Fact]
    public void The_same_view_change_again_and_one_for_a_later_view_are_no_evidence()
    {
        var scene = new Scene(self: 1);
        scene.Receive(scene.ViewChange(3, 1));

        scene.Receive(scene.ViewChange(3, 1));
        Assert.DoesNotContain(scene.Last, e => e is FaultFound);

        scene.Receive(scene.ViewChange(3, 2, null, (0, Scene.Propose(1))));
        Assert.DoesNotContain(scene.Last, e => e is FaultFound);
    }

    [Fact]
    public void A_view_change_that_conceals_what_its_signer_committed_is_evidence()
    {
        var scene = new Scene(self: 1);
        var proposal = Scene.Propose(1);
        scene.AcceptAsBackup(proposal);
        scene.Receive(scene.By(3).Commit(Scene.Content(0, proposal)));

        scene.Receive(scene.ViewChange(3, 1));
        var evidence = scene.Only<FaultFound>().Evidence;

        Assert.Equal((FaultKind.ConcealedCertificate, 3), (evidence.Kind, evidence.Culprit.Value));
        Assert.Equal(1UL, Prove(scene, evidence).Content!.Height.Value);
    }

    [Fact]
    public void A_view_change_that_shows_what_its_signer_committed_is_none()
    {
        var scene = new Scene(self: 1);
        var proposal = Scene.Propose(1);
        scene.AcceptAsBackup(proposal);
        scene.Receive(scene.By(3).Commit(Scene.Content(0, proposal)));

        scene.Receive(scene.ViewChange(3, 1, null, (0, proposal)));

        Assert.DoesNotContain(scene.Last, e => e is FaultFound);
    }

    [Fact]
    public void A_certificate_in_a_view_change_shows_what_the_primary_told_others()
    {
        var scene = new Scene(self: 1);
        scene.AcceptAsBackup(Scene.Propose(1));

        scene.Receive(scene.ViewChange(3, 1, null, (0, Scene.Propose(1, salt: 1))));
        var found = scene.Last.OfType<FaultFound>().Select(f => f.Evidence).ToList();

        Assert.Contains(found, e => e is { Kind: FaultKind.ContradictingProposals, Culprit.Value: 0 });
        Assert.All(found, e => Prove(scene, e));
    }

    [Fact]
    public void Who_prepared_something_else_is_sent_the_proposal_that_is_held_here()
    {
        var scene = new Scene(self: 1);
        var held = scene.AcceptAsBackup(Scene.Propose(1));
        var other = Scene.Content(0, Scene.Propose(1, salt: 1));

        scene.Receive(scene.By(3).Prepare(other));
        var sent = scene.Only<Send>();
        Assert.Equal((3, held.Digest), (sent.To.Value, Assert.IsType<PrePrepare>(sent.Message).Digest));

        scene.Receive(scene.By(3).Prepare(other));
        Assert.DoesNotContain(scene.Last, e => e is Send);

        scene.Receive(scene.By(2).Prepare(Scene.Content(0, Scene.Propose(1))));
        Assert.DoesNotContain(scene.Last, e => e is Send);
    }

    [Fact]
    public void A_prepare_for_something_else_that_came_first_is_answered_once_the_proposal_is_there()
    {
        var scene = new Scene(self: 1);
        scene.Receive(scene.By(3).Prepare(Scene.Content(0, Scene.Propose(1, salt: 1))));
        Assert.DoesNotContain(scene.Last, e => e is Send);

        scene.Receive(scene.PrePrepare(0, Scene.Propose(1)));

        Assert.Equal(3, scene.Only<Send>().To.Value);
    }

    [Fact]
    public void Contradicting_checkpoints_are_proven_with_both_headers_and_not_without()
    {
        var scene = new Scene(self: 1);
        var header = new FakeDisk(Scene.Channel).Execute(Scene.Propose(1)).Header;
        var headers = new[] { header, header with { LogSize = 5 } }
            .ToDictionary(h => BlockHeader.HashOf(h.Encode(), Sha256.Instance), h => (ReadOnlyMemory<byte>?)h.Encode());
        var messages = headers.Keys.Select(h => scene.By(3).Checkpoint(new BlockHeight(1), h)).ToArray();
        scene.Receive(messages[0]);
        scene.Receive(messages[1]);
        var evidence = scene.Only<FaultFound>().Evidence;

        Assert.False(evidence.TryProve(Scene.Channel, scene.Validators, _ => null, out _));
        Assert.True(evidence.TryProve(
            Scene.Channel, scene.Validators, h => headers.GetValueOrDefault(h), out var proof));
        Assert.Null(FaultContext.Open(proof, scene.Suite, _ => scene.Validators, out var context));
        Assert.True(FaultVerifier.Verify(context!, new ChannelParameters()).IsProven);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void A_primary_that_tells_each_half_another_proposal_is_proven_guilty_in_every_run(int validators)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var cluster = new Cluster(new ClusterOptions { Validators = validators, Seed = seed, MaxDelayMs = 30 });
            cluster.Faulty.Add(0);
            var factory = new MessageFactory(
                new ChannelBinding(cluster.Channel, new Epoch(0)), new ValidatorIndex(0), cluster.Suite.SignerOf(0));
            cluster.Mutate = (from, to, message) =>
                from.Value == 0 && message is PrePrepare p && to.Value % 2 == 1
                    ? [factory.PrePrepare(p.View, Later(p.Proposal))]
                    : [message];

            cluster.RunFor(100);
            cluster.Submit(6);
            cluster.RunFor(2000);

            var evidence = cluster.Nodes.Skip(1).SelectMany(n => n.Faults).Select(f => f.Evidence).ToList();
            Assert.Contains(evidence, e => e.Kind == FaultKind.ContradictingProposals);
            Assert.All(evidence, e =>
            {
                Assert.True(e.TryProve(cluster.Channel, cluster.Validators, _ => null, out var proof));
                Assert.Null(FaultContext.Open(proof, cluster.Suite, _ => cluster.Validators, out var context));
                var verdict = FaultVerifier.Verify(context!, new ChannelParameters());
                Assert.True(verdict.IsProven, verdict.Detail);
                Assert.Equal(0, verdict.Content.Index.Value);
            });
        }
    }

    private static Proposal Later(Proposal proposal) => Proposal.Create(
        proposal.Epoch,
        proposal.Height,
        new Timestamp(proposal.Time.UnixMilliseconds + 1),
        proposal.Proposer,
        proposal.TransactionIds,
        Sha256.Instance);
}
