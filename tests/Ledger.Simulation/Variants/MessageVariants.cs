using System.Diagnostics.CodeAnalysis;
using Ledger.Consensus;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Simulation.Adversary;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Variants;

/// <summary>What variants of frames and messages share: the simulator holds every key, so it can sign as anybody.</summary>
internal abstract class MessageVariant : BrokenVariant
{
    public override bool Lends => true;

    /// <summary>Signs as any validator of the epoch that a node is in.</summary>
    protected MessageFactory As(SimNode node, ValidatorIndex signer)
    {
        var validators = node.Life!.Epoch.Validators;
        return new MessageFactory(
            new ChannelBinding(World.Genesis.Channel, validators.Epoch), signer,
            World.Keys.SignerOf(validators[signer]));
    }

    /// <summary>Another validator's vote for the same.</summary>
    protected ConsensusMessage Lent(SimNode node, ValidatorIndex ghost, Vote vote)
    {
        var content = new VoteContent(vote.View, vote.Height, vote.Digest);
        return vote.Kind == MessageKind.Commit ? As(node, ghost).Commit(content) : As(node, ghost).Prepare(content);
    }

    /// <summary>What a node would take a frame for; null for what it would refuse.</summary>
    protected static ConsensusMessage? Read(SimNode node, PeerId from, ReadOnlyMemory<byte> frame) =>
        node.Life!.Epoch is { } epoch && epoch.Peers.IndexOf(from) is { } index
        && epoch.Authenticator.TryAuthenticate(index, frame, out var message, out _, out _)
            ? message
            : null;

    /// <summary>The first validators of a node's epoch that are neither itself nor any of some others.</summary>
    protected static IEnumerable<ValidatorIndex> Ghosts(SimNode node, params IReadOnlyList<ValidatorIndex?> others) =>
        Enumerable.Range(0, node.Life!.Epoch.Validators.Count).Select(i => new ValidatorIndex(i))
            .Where(i => i != node.Life.Epoch.Self && !others.Contains(i));
}

/// <summary>View-changes do not show what is prepared.</summary>
internal sealed class ForgottenLock : MessageVariant
{
    public override string Name => "forgotten-lock";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan) with { LossPermille = 200 };

    public override ConsensusMessage? Outgoing(SimNode node, ConsensusMessage message) => message is ViewChange asked
        ? As(node, asked.Signer).ViewChange(new ViewChangeContent(asked.NewView, asked.Stable, []), [])
        : message;
}

/// <summary>A vote less than a quorum is enough: with every vote another validator's seems to come too.</summary>
internal sealed class QuorumOffByOne : MessageVariant
{
    public override string Name => "quorum-off-by-one";

    public override SimPlan Adapt(SimPlan plan) =>
        Plans.WithLiars(plan, Traits.Equivocate | Traits.VoteTwice) with { PartitionPermille = 40 };

    public override IEnumerable<(PeerId From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, PeerId from, ReadOnlyMemory<byte> frame)
    {
        yield return (from, frame);
        if (Read(node, from, frame) is not Vote vote) yield break;
        var peers = node.Life!.Epoch.Peers;
        if (vote.Signer != peers.IndexOf(from)) yield break;
        var ghost = Ghosts(node, vote.Signer, vote.View.PrimaryAmong(peers.Set)).First();
        yield return (peers[ghost], Lent(node, ghost, vote).Encode());
    }
}

/// <summary>Signatures are not verified.</summary>
internal sealed class UncheckedSignatures : BrokenVariant
{
    public override string Name => "unchecked-signatures";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithLiars(plan, Traits.Forge | Traits.LieInSync);

    public override Genesis GenesisOf(SimNode node, Genesis genesis) => node.IsByzantine ? genesis : new Genesis(
        genesis.Consortium, genesis.ChannelName, new TrustingSuite(genesis.Suite), genesis.Created, genesis.Parameters,
        genesis.Validators, genesis.Members);

    private sealed class TrustingSuite(CryptoSuite inner) : CryptoSuite
    {
        public override string Name => inner.Name;

        public override HashFunction Hash => inner.Hash;

        public override bool TryParsePublicKey(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PublicKey? key) =>
            inner.TryParsePublicKey(encoded, out key);

        public override bool Verify(
            PublicKey key, DomainTag tag, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => true;

        public override ISigner CreateSigner(ReadOnlySpan<byte> secretKey) => inner.CreateSigner(secretKey);
    }
}

/// <summary>
/// A new-view is taken as it comes: what it leaves out seems never to have been prepared by anybody.
/// </summary>
internal sealed class UncheckedNewView : MessageVariant
{
    public override string Name => "unchecked-new-view";

    public override SimPlan Adapt(SimPlan plan) =>
        Plans.WithLiars(plan, Traits.BadNewView, liar: 1) with
        {
            PartitionPermille = 0,
            LossPermille = 150,
            MaxDelayMs = 40,
            CrashPermille = 300,
            CrashesInWrites = true,
            MaxBlockTransactions = 2,
            Transactions = 60,
        };

    // What it changes are view-changes that their signers sent otherwise before: whoever compares them finds out. That is
    // how this error is found, and not by a fork: the honest keep their certificates, and the view after next mends it.
    public override bool Lends => false;

    public override IEnumerable<(PeerId From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, PeerId from, ReadOnlyMemory<byte> frame)
    {
        if (Read(node, from, frame) is not NewView newView
            || !World.Nodes[World.Keys.MachineOf(node.Life!.Epoch.Validators[newView.Signer].Key)].IsByzantine)
        {
            yield return (from, frame);
            yield break;
        }

        var proposed = newView.PrePrepares.ToDictionary(p => p.Height, p => p.Digest);
        var changes = newView.ViewChanges.Select(v => As(node, v.Signer).ViewChange(
            new ViewChangeContent(
                v.NewView,
                v.Stable,
                [.. v.Prepared.Where(p => proposed.TryGetValue(p.Height, out var digest) && digest == p.Digest)]),
            []));
        var taken = As(node, newView.Signer).NewView(new NewViewContent(newView.View, [.. changes], newView.PrePrepares));
        yield return (from, taken.Encode());
    }
}

/// <summary>A proposal's time is not compared with the own clock.</summary>
internal sealed class UnboundedTime : BrokenVariant
{
    public override string Name => "unbounded-time";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithLiars(plan, Traits.BendTime) with
    {
        ClockDriftMs = 3_600_000,
    };
}

/// <summary>Votes for any height are kept.</summary>
internal sealed class MissingWatermarkCheck : BrokenVariant
{
    public override string Name => "missing-watermark-check";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithLiars(plan, Traits.AbsurdViews) with
    {
        Window = 1024,
        PromisedWindow = 8,
    };
}

/// <summary>One validator's view-change moves everybody (P1).</summary>
internal sealed class ViewJump : MessageVariant
{
    public override string Name => "view-jump";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithLiars(plan, Traits.AbsurdViews);

    public override IEnumerable<(PeerId From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, PeerId from, ReadOnlyMemory<byte> frame)
    {
        yield return (from, frame);
        if (Read(node, from, frame) is not ViewChange asked) yield break;
        var peers = node.Life!.Epoch.Peers;
        var ghost = Ghosts(node, peers.IndexOf(from)).First();
        yield return (
            peers[ghost], As(node, ghost).ViewChange(new ViewChangeContent(asked.NewView, null, []), []).Encode());
    }
}

/// <summary>Time does not pass for the replica.</summary>
internal sealed class LostTimer : BrokenVariant
{
    public override string Name => "lost-timer";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithLiars(plan, Traits.Withhold);

    public override bool LosesTick(SimNode node) => true;
}

/// <summary>Nobody says how far it is, so nothing is sent again (SmartBFT #663: a node lags for ever).</summary>
internal sealed class NoRetransmission : BrokenVariant
{
    public override string Name => "no-retransmission";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan) with { LossPermille = 200 };

    public override ConsensusMessage? Outgoing(SimNode node, ConsensusMessage message) =>
        message is Status ? null : message;
}

/// <summary>
/// A validator that asks for a view alone is joined by nobody (ADR 0002, departure 12): view-changes are heard only once
/// f+1 ask.
/// </summary>
internal sealed class LeftBehind : MessageVariant
{
    public override string Name => "left-behind";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan) with { PartitionPermille = 80 };

    public override IEnumerable<(PeerId From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, PeerId from, ReadOnlyMemory<byte> frame)
    {
        var asking = World.Nodes.Count(n => n.Life?.Status.InViewChange == true);
        var isAlone = asking <= World.Plan.MaxFaulty && node.Life?.Status.InViewChange != true;
        return isAlone && Read(node, from, frame) is ViewChange ? [] : [(from, frame)];
    }
}
