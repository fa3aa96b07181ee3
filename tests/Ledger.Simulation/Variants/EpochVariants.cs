using Ledger.Consensus;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Simulation.Adversary;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;
using PrepareMessage = Ledger.Consensus.Messages.Prepare;

namespace Ledger.Simulation.Variants;

/// <summary>
/// Votes say nothing of their epoch: those that were cast in an earlier one for a view and a height count for whatever is
/// proposed there in the present one.
/// </summary>
internal sealed class OldEpochCounted : MessageVariant
{
    // By view and height. Bound: the votes of a run.
    private readonly Dictionary<(ulong View, ulong Height), List<(Epoch Epoch, int Signer)>> _cast = [];

    public override string Name => "old-epoch-counted";

    public override SimPlan Adapt(SimPlan plan) =>
        Plans.WithChanges(Plans.WithLiars(plan, Traits.Equivocate | Traits.VoteTwice)) with
        {
            MaxBlockTransactions = 1,
            Transactions = 160,
            MaxDelayMs = 80,
            // Votes above an epoch's end are few: it takes many ends for a liar to be primary at one.
            Changes = 24,
            FaultsEndAtMs = 12_000,
        };

    public override ConsensusMessage? Outgoing(SimNode node, ConsensusMessage message)
    {
        if (message is Vote vote and (PrepareMessage or Commit))
        {
            var key = (vote.View.Value, vote.Height.Value);
            if (!_cast.TryGetValue(key, out var votes)) _cast.Add(key, votes = []);
            votes.Add((node.Life!.Epoch.Validators.Epoch, vote.Signer.Value));
        }

        return message;
    }

    public override IEnumerable<(PeerId From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, PeerId from, ReadOnlyMemory<byte> frame)
    {
        yield return (from, frame);
        if (Read(node, from, frame) is not PrePrepare proposed) yield break;
        var peers = node.Life!.Epoch.Peers;
        if (!_cast.TryGetValue((proposed.View.Value, proposed.Height.Value), out var votes)) yield break;
        var signers = votes.Where(v => v.Epoch.Value < peers.Set.Epoch.Value && v.Signer < peers.Set.Count)
            .Select(v => new ValidatorIndex(v.Signer)).Distinct().ToList();
        var content = new VoteContent(proposed.View, proposed.Height, proposed.Digest);
        foreach (var signer in signers)
        {
            if (signer == peers.Self || signer == proposed.Signer) continue;
            yield return (peers[signer], As(node, signer).Prepare(content).Encode());
            yield return (peers[signer], As(node, signer).Commit(content).Encode());
        }
    }
}

/// <summary>Whoever once was a validator still counts as one, in the place that it claims.</summary>
internal sealed class RemovedCounted : MessageVariant
{
    public override string Name => "removed-counted";

    public override SimPlan Adapt(SimPlan plan) =>
        Plans.WithChanges(Plans.WithLiars(plan, Traits.Equivocate | Traits.VoteTwice)) with
        {
            // One liar makes place for the other: the first goes on talking while the second is primary.
            Byzantine = [0, 4],
            Changes = 4,
            FirstChanges = [new MembershipStep(0, 4)],
            CrashPermille = 0,
            LossPermille = 0,
        };

    public override IEnumerable<(PeerId From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, PeerId from, ReadOnlyMemory<byte> frame)
    {
        var life = node.Life!;
        var peers = life.Epoch.Peers;
        if (peers.IndexOf(from) is not null || Decode(peers.Set, frame) is not { } message
            || message.Signer == peers.Self || !peers.Set.Contains(message.Signer))
        {
            yield return (from, frame);
            yield break;
        }

        var factory = As(node, message.Signer);
        ConsensusMessage? taken = message switch
        {
            PrepareMessage vote => factory.Prepare(new VoteContent(vote.View, vote.Height, vote.Digest)),
            Commit vote => factory.Commit(new VoteContent(vote.View, vote.Height, vote.Digest)),
            Checkpoint checkpoint => factory.Checkpoint(checkpoint.Height, checkpoint.HeaderHash),
            _ => null,
        };
        if (taken is not null) yield return (peers[message.Signer], taken.Encode());
    }

    private ConsensusMessage? Decode(ValidatorSet set, ReadOnlyMemory<byte> frame)
    {
        var options = new ReplicaOptions { Self = new ValidatorIndex(0), Window = (int)World.Plan.Window };
        var decoder = new MessageDecoder(
            new ChannelBinding(World.Genesis.Channel, set.Epoch), set, World.Chain.Suite.Hash,
            MessageLimits.For(options, set));
        return decoder.TryDecode(frame.Span, out var message, out _) ? message : null;
    }
}

/// <summary>f and the quorum stay what they were in genesis: what a larger set needs more seems to be there.</summary>
internal sealed class QuorumOfGenesis : MessageVariant
{
    public override string Name => "quorum-of-genesis";

    public override SimPlan Adapt(SimPlan plan) =>
        Plans.WithChanges(Plans.WithLiars(plan, Traits.Equivocate | Traits.VoteTwice)) with
        {
            Changes = 5,
            FirstChanges = [new MembershipStep(null, 4), new MembershipStep(null, 5), new MembershipStep(null, 6)],
            CrashPermille = 0,
            LossPermille = 0,
        };

    public override IEnumerable<(PeerId From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, PeerId from, ReadOnlyMemory<byte> frame)
    {
        yield return (from, frame);
        if (Read(node, from, frame) is not Vote vote || vote is PrePrepare) yield break;
        var peers = node.Life!.Epoch.Peers;
        var missing = peers.Set.Quorum.Quorum - World.Genesis.Validators.Quorum.Quorum;
        if (vote.Signer != peers.IndexOf(from) || missing <= 0) yield break;
        var ghosts = Ghosts(node, vote.Signer, vote.View.PrimaryAmong(peers.Set)).Take(missing).ToList();
        foreach (var ghost in ghosts) yield return (peers[ghost], Lent(node, ghost, vote).Encode());
    }
}

/// <summary>What was decided above an epoch's last block is executed all the same, as if it were of the next.</summary>
internal sealed class VoidExecuted : BrokenVariant
{
    public override string Name => "void-executed";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithChanges(Plans.WithCrashes(plan)) with
    {
        MaxBlockTransactions = 1,
        Transactions = 120,
        DiskLatencyMs = 6,
    };

    public override Proposal Executes(SimNode node, Proposal proposal)
    {
        var newest = node.Life!.ChainView.Validators.Epoch;
        return proposal.Epoch.Value >= newest.Value || proposal.Height != node.Life.Executed.Next
            ? proposal
            : Proposal.Create(
                newest, proposal.Height, proposal.Time, proposal.Proposer, proposal.TransactionIds,
                World.Chain.Suite.Hash);
    }
}

/// <summary>
/// A validator that missed changes hears of them from nobody but the validators that it knows (seeds 356, 1886): the hints
/// of others are not taken, and it asks for no blocks of itself.
/// </summary>
internal sealed class LeftInOldEpoch : BrokenVariant
{
    public override string Name => "left-in-old-epoch";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithChanges(Plans.WithCrashes(plan)) with
    {
        Changes = 12,
        PartitionPermille = 60,
        CrashPermille = 60,
    };

    public override IEnumerable<(PeerId From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, PeerId from, ReadOnlyMemory<byte> frame) =>
        node.Life!.Epoch.Peers.IndexOf(from) is null
        && MessageAuthenticator.EpochOf(frame.Span, World.Genesis.Channel) is { } epoch
        && epoch.Value > node.Life.Epoch.Validators.Epoch.Value
            ? []
            : [(from, frame)];

    public override bool LosesSync(SimNode node) => node.Life is { Self: not null, Status.InViewChange: true };
}

/// <summary>
/// The next epoch's validators are strangers until it has begun (seed 1302): who has the last block's certificate, and
/// another key by now, cannot hand it on.
/// </summary>
internal sealed class NextAreStrangers : BrokenVariant
{
    public override string Name => "next-are-strangers";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithChanges(Plans.WithLiars(plan, Traits.All)) with
    {
        Changes = 12,
        LossPermille = 100,
        MaxDelayMs = 150,
    };

    public override bool ForgetsNext(SimNode node) => true;
}
