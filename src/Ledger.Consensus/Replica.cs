using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Consensus;

/// <summary>A PBFT replica.</summary>
public sealed partial class Replica
{
    private readonly ReplicaOptions _options;

    /// <summary>Creates a replica from what the host found on its disk.</summary>
    public Replica(ReplicaOptions options, ValidatorSet validators, CryptoSuite suite, ISigner signer, ChannelId channel,
        ReplicaState recovered)
    {
        _options = options;
        _ = (validators, suite, signer, channel, recovered);
    }

    public View View { get; private set; }

    public bool InViewChange { get; private set; }

    public BlockHeight Executed { get; private set; }

    public BlockHeight Stable { get; private set; }

    public ValidatorIndex Primary => _options.Self;

    public (View View, BlockHeight Height)? OpenSlot { get; private set; }

    public void Step(Input input, EffectList effects)
    {
        _ = (input, effects, _options);
    }
}
