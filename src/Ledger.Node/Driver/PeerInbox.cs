using System.Threading.Channels;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Network;
using Ledger.Node.Observability;

namespace Ledger.Node.Driver;

/// <summary>
/// Takes in one validator's consensus messages: decodes and authenticates them off the driver's thread, in order. A
/// flooding peer fills its own bounded queue, is held back, and drops its own frames.
/// </summary>
internal sealed class PeerInbox(
    ValidatorIndex validator,
    PeerId peer,
    MessageAuthenticator authenticator,
    NodeMetrics metrics,
    Action<DriverInput> deliver)
{
    private const int Capacity = 1024;

    private readonly Channel<ReadOnlyMemory<byte>> _frames = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

    /// <summary>Takes a frame, waiting while the queue is full.</summary>
    public ValueTask AddAsync(ReadOnlyMemory<byte> frame, CancellationToken stop) => _frames.Writer.WriteAsync(frame, stop);

    /// <summary>No frame is taken any more; <see cref="RunAsync"/> ends when those that were are done.</summary>
    public void Complete() => _frames.Writer.TryComplete();

    /// <summary>Runs until completed or cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            if (authenticator.TryAuthenticate(validator, frame, out var message, out var signer, out var fault))
            {
                deliver(new ReplicaInput(new MessageReceived(signer, message)));
                continue;
            }

            metrics.Dropped(fault.ToString());
            if (fault is AuthenticationFault.EarlierEpoch or AuthenticationFault.LaterEpoch)
                deliver(new OtherEpochSeen(peer, fault == AuthenticationFault.LaterEpoch));
        }
    }
}
