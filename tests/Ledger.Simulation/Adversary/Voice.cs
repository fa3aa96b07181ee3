using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Adversary;

/// <summary>As whom a liar speaks: an index of an epoch's validators, signed with its own key.</summary>
internal sealed class Voice
{
    private Voice(SimWorld world, SimNode node, ValidatorSet validators, ValidatorIndex self)
    {
        Validators = validators;
        Self = self;
        Binding = new ChannelBinding(world.Genesis.Channel, validators.Epoch);
        Factory = new MessageFactory(Binding, self, node.Key);
    }

    public ValidatorSet Validators { get; }

    public ValidatorIndex Self { get; }

    public ChannelBinding Binding { get; }

    public MessageFactory Factory { get; }

    /// <summary>
    /// A validator speaks for itself; who is none any more goes on in the newest epoch, in the place of some other; who
    /// never was one claims to be the first.
    /// </summary>
    public static Voice Of(SimWorld world, SimNode node, NodeLife life, Voice? last)
    {
        var own = life.Epoch.Self;
        var validators = own is null ? world.Governance.Current : life.Epoch.Validators;
        var self = own ?? Place(validators, last);
        return last is not null && last.Self == self && last.Validators.Epoch == validators.Epoch
            ? last
            : new Voice(world, node, validators, self);
    }

    private static ValidatorIndex Place(ValidatorSet validators, Voice? last) =>
        new(last is null ? 0 : (last.Self.Value + 1) % validators.Count);
}
