using Ledger.Core.Blocks;

namespace Ledger.Consensus.Messages;

/// <summary>
/// A certified header, sent to a validator whose stable checkpoint is behind. Unsigned: it proves itself.
/// </summary>
public sealed class StableNotice : ConsensusMessage
{
    internal StableNotice(ValidatorIndex sender, StableProof proof, ReadOnlyMemory<byte> payload)
        : base(MessageKind.StableNotice, sender, payload, default)
    {
        Proof = proof;
    }

    /// <summary>The header and its certificate.</summary>
    public StableProof Proof { get; }
}
