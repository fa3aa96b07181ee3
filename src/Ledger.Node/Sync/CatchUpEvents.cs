using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Execution;
using Ledger.Node.Wire;

namespace Ledger.Node.Sync;

/// <summary>What <see cref="CatchUp"/> is told. Data only.</summary>
internal abstract record SyncInput
{
    private SyncInput()
    {
    }

    /// <summary>Others have certified this height; <see cref="Tick"/> says how far this node is.</summary>
    public sealed record Target(BlockHeight Height) : SyncInput;

    /// <summary>Whom to ask.</summary>
    public sealed record Peers(IReadOnlyList<PeerId> Others) : SyncInput;

    /// <summary>A peer's answer to a request.</summary>
    public sealed record Answered(long Id, ReadOnlyMemory<byte> Bytes) : SyncInput;

    /// <summary>There is no answer to a request.</summary>
    public sealed record Failed(long Id) : SyncInput;

    /// <summary>The oldest blocks that were handed out are executed and durable.</summary>
    public sealed record Applied : SyncInput;

    /// <summary>Time passed.</summary>
    /// <param name="Head">The newest certified block here.</param>
    public sealed record Tick(ChainHead Head) : SyncInput;
}

/// <summary>A certified block as the one above it has to name it.</summary>
/// <param name="Height">Its height.</param>
/// <param name="Hash">Its header's hash.</param>
/// <param name="NextEpoch">The epoch of the block above it.</param>
internal readonly record struct ChainHead(BlockHeight Height, Hash256 Hash, Epoch NextEpoch)
{
    public static ChainHead Of(BlockHeader header, in Hash256 hash) => new(
        header.Height, hash, header.NextValidators is null ? header.Epoch : header.Epoch.Next);
}

/// <summary>What <see cref="CatchUp"/> wants done, in order.</summary>
internal abstract record SyncEffect
{
    private SyncEffect()
    {
    }

    /// <summary>Ask a peer; answer with <see cref="SyncInput.Answered"/> or <see cref="SyncInput.Failed"/>.</summary>
    public sealed record Ask(long Id, PeerId Peer, SyncRequest Request) : SyncEffect;

    /// <summary>The answer to this request is not waited for any more.</summary>
    public sealed record Forget(long Id) : SyncEffect;

    /// <summary>
    /// Execute verified blocks, the last of which has a certificate; answer with <see cref="SyncInput.Applied"/>.
    /// </summary>
    public sealed record Apply(IReadOnlyList<CertifiedBlock> Blocks) : SyncEffect;

    /// <summary>A peer gave a wrong answer and is left alone for a while.</summary>
    public sealed record PeerLied(PeerId Peer, SyncFault Fault) : SyncEffect;

    /// <summary>The target is reached.</summary>
    public sealed record CaughtUp(BlockHeight From, BlockHeight To) : SyncEffect;
}
