using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Membership;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests.Epochs;

/// <summary>One replica at the end of an epoch: docs/spec/consensus.md section 12, clause by clause.</summary>
public sealed class EndOfEpochTests
{
    private readonly Scene _scene = new(self: 1);

    public EndOfEpochTests() => _scene.Changes[Scene.Id(1)] = SetOf(1, 0, 1, 2, 4);

    [Fact]
    public void The_primary_orders_nothing_above_the_last_block()
    {
        var scene = new Scene(self: 0);
        scene.Changes[Scene.Id(1)] = SetOf(1, 0, 1, 2, 4);
        scene.Offer(1, 1001);
        var own = scene.OnlyBroadcast<PrePrepare>();
        var content = Scene.Content(0, own.Proposal);
        foreach (var i in new[] { 1, 2 }) scene.Receive(scene.By(i).Prepare(content));
        Assert.Equal(2UL, scene.Replica.OpenSlot!.Value.Height.Value);
        foreach (var i in new[] { 1, 2 }) scene.Receive(scene.By(i).Commit(content));

        scene.Execute(own.Proposal);

        Assert.Null(scene.Replica.OpenSlot);
        Assert.False(scene.Replica.IsOver);
    }

    [Fact]
    public void Votes_and_checkpoints_above_the_last_block_are_dropped()
    {
        _scene.ExecuteAsBackup(Scene.Propose(1));
        var above = Scene.Propose(2);

        ConsensusMessage[] messages =
        [
            _scene.PrePrepare(0, above),
            _scene.By(2).Prepare(Scene.Content(0, above)),
            _scene.By(3).Commit(Scene.Content(0, above)),
            _scene.By(3).Checkpoint(new BlockHeight(2), above.Digest),
        ];
        foreach (var message in messages)
        {
            _scene.Receive(message);
            _scene.AssertDropped(DropReason.EpochEnded);
        }
    }

    [Fact]
    public void What_was_decided_above_the_last_block_comes_to_nothing()
    {
        var last = Scene.Propose(1);
        var above = Scene.Propose(2);
        DecideWithoutExecuting(last);
        DecideWithoutExecuting(above);

        _scene.Execute(last);
        var blockAbove = new FakeDisk(Scene.Channel);

        Assert.DoesNotContain(_scene.Last, e => e is Execute);
        Assert.Equal(new BlockHeight(1), _scene.Replica.Executed);
        // A host that executed it all the same would break the contract, and is told so.
        blockAbove.Execute(Scene.Propose(1));
        var executed = blockAbove.Execute(above);
        Assert.Throws<InvariantViolationException>(
            () => _scene.Step(new Executed(new BlockHeight(2), executed.HeaderBytes)));
    }

    [Fact]
    public void While_the_certificate_is_missing_no_primary_is_blamed_and_the_checkpoint_is_sent_again()
    {
        _scene.Tick(1000);
        _scene.ExecuteAsBackup(Scene.Propose(1));

        for (var now = 1020; now < 60_000; now += 20) _scene.Tick(now, pending: true, overdue: true);

        Assert.Equal(new View(0), _scene.Replica.View);
        Assert.False(_scene.Replica.InViewChange);
        _scene.Receive(_scene.By(3).Status(
            new StatusContent(new View(0), false, default, default, [], [])));
        Assert.Single(_scene.Last.OfType<Send>(), s => s.Message is Checkpoint);
    }

    [Fact]
    public void Without_a_certificate_for_long_the_replica_asks_for_the_last_block_itself()
    {
        _scene.Tick(1000);
        _scene.ExecuteAsBackup(Scene.Propose(1));

        var asked = 0;
        for (var now = 1020; now < 3000; now += 20)
            asked += _scene.Tick(now).Count(e => e is NeedSync { AtLeast.Value: 1 });

        // At most once in RetransmitMs.
        Assert.InRange(asked, 1, 10);
    }

    [Fact]
    public void A_view_change_still_carries_what_was_prepared_above_the_last_block()
    {
        // Somebody may have decided height 2 and not have executed height 1 yet: the new view must not deny it.
        var last = Scene.Propose(1);
        var above = Scene.Propose(2);
        _scene.PrepareAsBackup(last);
        _scene.PrepareAsBackup(above);
        foreach (var i in _scene.Others().Take(2)) _scene.Receive(_scene.By(i).Commit(Scene.Content(0, last)));
        _scene.Execute(last);

        foreach (var i in new[] { 2, 3 }) _scene.Receive(_scene.ViewChange(i, 1));

        var own = _scene.OnlyBroadcast<ViewChange>();
        Assert.Equal([1UL, 2UL], own.Prepared.Select(c => c.Height.Value));
    }

    [Fact]
    public void A_new_view_does_not_revive_what_is_void()
    {
        var last = Scene.Propose(1);
        var above = Scene.Propose(2);
        _scene.PrepareAsBackup(last);
        _scene.PrepareAsBackup(above);
        foreach (var i in _scene.Others().Take(2)) _scene.Receive(_scene.By(i).Commit(Scene.Content(0, last)));
        _scene.Execute(last);

        _scene.Receive(_scene.NewView(
            2,
            _scene.ViewChange(0, 2, null, (0, last), (0, above)),
            _scene.ViewChange(2, 2, null, (0, last)),
            _scene.ViewChange(3, 2)));

        Assert.Equal(new View(2), _scene.Replica.View);
        Assert.DoesNotContain(_scene.Last, e => e is ValidateProposal { Proposal.Height.Value: 2 });
        Assert.DoesNotContain(
            _scene.Last, e => e is Broadcast { Message: Prepare { Height.Value: 2 } });
    }

    [Fact]
    public void The_certificate_of_the_last_block_ends_the_epoch()
    {
        var block = _scene.ExecuteAsBackup(Scene.Propose(1));
        _scene.Receive(_scene.By(2).Checkpoint(new BlockHeight(1), block.Hash));
        Assert.DoesNotContain(_scene.Last, e => e is EpochEnded);

        _scene.Receive(_scene.By(3).Checkpoint(new BlockHeight(1), block.Hash));

        _scene.AssertBefore<Certified, EpochEnded>(e => e.Last.Value == 1);
        Assert.True(_scene.Replica.IsOver);
        _scene.Tick(100_000, pending: true);
        Assert.Empty(_scene.Last);
    }

    [Fact]
    public void A_synced_last_block_ends_the_epoch_too()
    {
        _scene.Shadow.Execute(Scene.Propose(1));
        var proof = _scene.Proof();

        _scene.Step(new Synced(new BlockHeight(1), proof.HeaderBytes, proof.Certificate));

        Assert.Equal(new BlockHeight(1), _scene.Only<EpochEnded>().Last);
    }

    [Fact]
    public void A_replica_that_restarts_before_the_certificate_gathers_it_and_orders_nothing()
    {
        var block = _scene.ExecuteAsBackup(Scene.Propose(1));

        _scene.Restart();

        Assert.Equal(block.Hash, _scene.OnlyBroadcast<Checkpoint>().HeaderHash);
        _scene.Receive(_scene.PrePrepare(0, Scene.Propose(2)));
        _scene.AssertDropped(DropReason.EpochEnded);
        foreach (var i in new[] { 2, 3 }) _scene.Receive(_scene.By(i).Checkpoint(new BlockHeight(1), block.Hash));
        Assert.Equal(new BlockHeight(1), _scene.Only<EpochEnded>().Last);
    }

    [Fact]
    public void The_next_epoch_begins_in_view_0_and_ignores_every_record_of_the_one_before()
    {
        _scene.Changes[Scene.Id(1)] = SetOf(1, 0, 1, 2, 3);
        // Hard state of epoch 0 that would be a contradiction in epoch 1: a height above the last block, and two views.
        _scene.PrepareAsBackup(Scene.Propose(1));
        _scene.PrepareAsBackup(Scene.Propose(2));
        _scene.Receive(_scene.NewView(2, _scene.ViewChange(0, 2), _scene.ViewChange(2, 2), _scene.ViewChange(3, 2)));
        foreach (var i in new[] { 2, 3 }) _scene.Receive(_scene.ViewChange(i, 7));
        Assert.Equal(new View(7), _scene.Replica.View);
        _scene.Shadow.Execute(Scene.Propose(1));
        var proof = _scene.Proof();
        _scene.Disk.Append(_scene.Shadow.Blocks[^1]);
        _scene.Step(new Synced(new BlockHeight(1), proof.HeaderBytes, proof.Certificate));
        _scene.Disk.Certify(new BlockHeight(1), proof.Certificate);
        Assert.Contains(_scene.Disk.Votes, v => v is { Height.Value: 2, Kind: VoteRecordKind.Accepted });
        Assert.Contains(_scene.Disk.Votes, v => v.Kind == VoteRecordKind.ViewChange);

        var next = Next();

        Assert.Equal((new View(0), false), (next.View, next.InViewChange));
        Assert.Equal((new BlockHeight(1), new BlockHeight(1)), (next.Executed, next.Stable));
        var effects = new EffectList();
        next.Step(new Tick(new LogicalTime(1), false, false), effects);
        Assert.All(effects.OfType<Broadcast>(), b => Assert.IsType<Status>(b.Message));
    }

    [Fact]
    public void A_view_change_at_the_start_of_an_epoch_needs_no_proof_and_counts_heights_from_its_base()
    {
        _scene.Changes[Scene.Id(1)] = SetOf(1, 0, 1, 2, 3);
        var block = _scene.ExecuteAsBackup(Scene.Propose(1));
        foreach (var i in new[] { 2, 3 }) _scene.Receive(_scene.By(i).Checkpoint(new BlockHeight(1), block.Hash));
        var next = Next();
        var effects = new EffectList();

        foreach (var i in new[] { 2, 3 })
        {
            var asking = EpochOne(i).ViewChange(new ViewChangeContent(new View(1), null, []), []);
            next.Step(new MessageReceived(new ValidatorIndex(i), asking), effects);
        }

        // This replica is view 1's primary: it asks too, and opens the view with nothing to propose again.
        var own = Assert.Single(effects.OfType<Broadcast>().Select(b => b.Message).OfType<ViewChange>());
        Assert.Null(own.Stable);
        var newView = Assert.Single(effects.OfType<Broadcast>().Select(b => b.Message).OfType<NewView>());
        Assert.Empty(newView.PrePrepares);
        Assert.Equal((new View(1), new BlockHeight(2)), next.OpenSlot);
        var options = _scene.Options with { EpochBase = new BlockHeight(1) };
        var authenticator = new MessageAuthenticator(options, Set1(), _scene.Suite, Scene.Channel);
        foreach (var message in (ConsensusMessage[])[own, newView])
        {
            authenticator.TryAuthenticate(new ValidatorIndex(1), message.Encode(), out _, out _, out var fault);
            Assert.Equal(AuthenticationFault.None, fault);
        }
    }

    [Fact]
    public void A_replica_refuses_a_base_that_does_not_name_its_validators()
    {
        var block = _scene.ExecuteAsBackup(Scene.Propose(1));
        foreach (var i in new[] { 2, 3 }) _scene.Receive(_scene.By(i).Checkpoint(new BlockHeight(1), block.Hash));

        Assert.Throws<InvariantViolationException>(() => Start(SetOf(1, 0, 1, 2, 3)));
    }

    [Fact]
    public void A_removed_validators_votes_count_for_nothing()
    {
        var block = _scene.ExecuteAsBackup(Scene.Propose(1));
        foreach (var i in new[] { 2, 3 }) _scene.Receive(_scene.By(i).Checkpoint(new BlockHeight(1), block.Hash));
        var authenticator = new MessageAuthenticator(
            _scene.Options with { EpochBase = new BlockHeight(1) }, Set1(), _scene.Suite, Scene.Channel);
        var proposal = Scene.Propose(2);

        // Node 3 is out; node 4 has its place. What it signs for the new epoch in any place of the set does not verify,
        // and what it signs for the old epoch is of the old epoch.
        for (var index = 0; index < 4; index++)
        {
            var forged = new MessageFactory(Binding1, new ValidatorIndex(index), _scene.Suite.SignerOf(3))
                .Commit(Scene.Content(0, proposal));
            authenticator.TryAuthenticate(new ValidatorIndex(index), forged.Encode(), out _, out _, out var fault);
            Assert.Equal(AuthenticationFault.SignatureInvalid, fault);
        }

        var late = _scene.By(3).Commit(Scene.Content(0, proposal));
        authenticator.TryAuthenticate(new ValidatorIndex(3), late.Encode(), out _, out _, out var earlier);
        Assert.Equal(AuthenticationFault.EarlierEpoch, earlier);
        // Nor does a certificate that needs its signature hold.
        var signatures = new[] { 0, 1 }.ToDictionary(
            i => new ValidatorIndex(i), i => EpochOne(i).Checkpoint(proposal.Height, block.Hash).Signature.ToArray());
        signatures.Add(
            new ValidatorIndex(3), _scene.By(3).Checkpoint(proposal.Height, block.Hash).Signature.ToArray());
        Assert.Equal(
            CertificateFault.SignatureInvalid,
            QuorumCertificate.Create(block.Hash, 4, signatures).Verify(block.Hash, Set1(), _scene.Suite));
    }

    private static ChannelBinding Binding1 => new(Scene.Channel, new Epoch(1), new BlockHeight(1));

    private MessageFactory EpochOne(int node) => new(Binding1, new ValidatorIndex(node), _scene.Suite.SignerOf(node));

    private Replica Next() => Start(Set1());

    private ValidatorSet Set1() => _scene.Changes[Scene.Id(1)];

    private Replica Start(ValidatorSet validators) => new(
        _scene.Options with { EpochBase = new BlockHeight(1) },
        validators,
        _scene.Suite,
        _scene.Suite.SignerOf(1),
        Scene.Channel,
        _scene.Disk.Recover());

    private ValidatorSet SetOf(ulong epoch, params int[] nodes) => new(
        new Epoch(epoch), nodes.Select(i => new Validator($"m{i}", _scene.Suite.SignerOf(i).PublicKey, $"h{i}:1")));

    private void DecideWithoutExecuting(Proposal proposal)
    {
        _scene.PrepareAsBackup(proposal);
        foreach (var i in _scene.Others().Take(2)) _scene.Receive(_scene.By(i).Commit(Scene.Content(0, proposal)));
        Assert.Contains(_scene.Last, e => e is Execute);
    }
}
