using System.Diagnostics.CodeAnalysis;
using Ledger.Consensus;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Simulation.Adversary;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Variants;

/// <summary>What variants of frames and messages share: the simulator holds every key, so it can sign as anybody.</summary>
internal abstract class MessageVariant : BrokenVariant
{
    private MessageAuthenticator? _reader;

    protected ChannelBinding Binding => new(World.Genesis.Channel, World.Genesis.Validators.Epoch);

    protected MessageFactory As(ValidatorIndex signer) => new(Binding, signer, World.Chain.Signers[signer.Value]);

    protected ConsensusMessage? Read(int from, ReadOnlyMemory<byte> frame)
    {
        _reader ??= new MessageAuthenticator(
            new ReplicaOptions { Self = new ValidatorIndex(0), Window = (int)World.Plan.Window },
            World.Genesis.Validators, World.Chain.Suite, World.Genesis.Channel);
        return _reader.TryAuthenticate(new ValidatorIndex(from), frame, out var message, out _, out _) ? message : null;
    }
}

/// <summary>View-changes do not show what is prepared.</summary>
internal sealed class ForgottenLock : MessageVariant
{
    public override string Name => "forgotten-lock";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan) with { LossPermille = 200 };

    public override ConsensusMessage? Outgoing(SimNode node, ConsensusMessage message) => message is ViewChange asked
        ? As(asked.Signer).ViewChange(new ViewChangeContent(asked.NewView, asked.Stable, []), [])
        : message;
}

/// <summary>A vote less than a quorum is enough: with every vote another validator's seems to come too.</summary>
internal sealed class QuorumOffByOne : MessageVariant
{
    public override string Name => "quorum-off-by-one";

    public override SimPlan Adapt(SimPlan plan) =>
        Plans.WithLiars(plan, Traits.Equivocate | Traits.VoteTwice) with { PartitionPermille = 40 };

    public override IEnumerable<(int From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, int from, ReadOnlyMemory<byte> frame)
    {
        yield return (from, frame);
        if (Read(from, frame) is not Vote vote || vote.Signer.Value != from) yield break;
        var ghost = new ValidatorIndex(Enumerable.Range(0, World.Plan.Validators)
            .First(i => i != node.Index && i != from && i != (int)(vote.View.Value % (ulong)World.Plan.Validators)));
        var content = new VoteContent(vote.View, vote.Height, vote.Digest);
        ConsensusMessage lent = vote.Kind == MessageKind.Commit ? As(ghost).Commit(content) : As(ghost).Prepare(content);
        yield return (ghost.Value, lent.Encode());
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

    public override IEnumerable<(int From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, int from, ReadOnlyMemory<byte> frame)
    {
        if (Read(from, frame) is not NewView newView || !World.Nodes[newView.Signer.Value].IsByzantine)
        {
            yield return (from, frame);
            yield break;
        }

        var proposed = newView.PrePrepares.ToDictionary(p => p.Height, p => p.Digest);
        var changes = newView.ViewChanges.Select(v => As(v.Signer).ViewChange(
            new ViewChangeContent(
                v.NewView,
                v.Stable,
                [.. v.Prepared.Where(p => proposed.TryGetValue(p.Height, out var digest) && digest == p.Digest)]),
            []));
        var taken = As(newView.Signer).NewView(new NewViewContent(newView.View, [.. changes], newView.PrePrepares));
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

    public override IEnumerable<(int From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, int from, ReadOnlyMemory<byte> frame)
    {
        yield return (from, frame);
        if (Read(from, frame) is not ViewChange asked) yield break;
        var ghost = new ValidatorIndex(
            Enumerable.Range(0, World.Plan.Validators).First(i => i != node.Index && i != from));
        yield return (ghost.Value, As(ghost).ViewChange(new ViewChangeContent(asked.NewView, null, []), []).Encode());
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

    public override IEnumerable<(int From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, int from, ReadOnlyMemory<byte> frame)
    {
        var asking = World.Nodes.Count(n => n.Life?.Status.InViewChange == true);
        var isAlone = asking <= World.Plan.MaxFaulty && node.Life?.Status.InViewChange != true;
        return isAlone && Read(from, frame) is ViewChange ? [] : [(from, frame)];
    }
}
