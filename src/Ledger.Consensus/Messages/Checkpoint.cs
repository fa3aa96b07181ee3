using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Consensus.Messages;

/// <summary>
/// CHECKPOINT (OSDI '99 section 4.3): the signer executed this block and made it durable. Its signature is the one that
/// quorum certificates are made of, over the header hash alone; the height is only believed because the stream it came
/// on is the signer's own.
/// </summary>
public sealed class Checkpoint : ConsensusMessage
{
    internal Checkpoint(
        ValidatorIndex signer,
        BlockHeight height,
        Hash256 headerHash,
        ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<byte> signature)
        : base(MessageKind.Checkpoint, signer, payload, signature)
    {
        Height = height;
        HeaderHash = headerHash;
    }

    /// <summary>The block's height.</summary>
    public BlockHeight Height { get; }

    /// <summary>The block's header hash.</summary>
    public Hash256 HeaderHash { get; }
}
