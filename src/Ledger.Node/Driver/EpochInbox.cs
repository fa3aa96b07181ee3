using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Network;
using Ledger.Node.Observability;

namespace Ledger.Node.Driver;

/// <summary>
/// Makes inputs of the consensus messages of one epoch: decodes and authenticates them, off the driver's thread, where each
/// was read.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class EpochInbox(EpochParts epoch, ChannelId channel, NodeMetrics metrics)
{
    /// <summary>The input that a peer's frame is; null for one that is dropped.</summary>
    public DriverInput? Take(PeerId from, ReadOnlyMemory<byte> frame)
    {
        if (epoch.Peers.IndexOf(from) is not { } index) return epoch.HintOf(from, frame.Span, channel);

        // A node that only follows has nobody to give a vote to; what others certify reaches it as blocks.
        if (epoch.Replica is null) return null;
        if (epoch.Authenticator.TryAuthenticate(index, frame, out var message, out var signer, out var fault))
            return new ReplicaInput(new MessageReceived(signer, message));
        metrics.Dropped(fault.ToString());
        return fault is AuthenticationFault.EarlierEpoch or AuthenticationFault.LaterEpoch
            ? new OtherEpochSeen(from, fault == AuthenticationFault.LaterEpoch)
            : null;
    }
}
