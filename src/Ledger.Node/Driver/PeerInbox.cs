using System.Threading.Channels;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Node.Observability;

namespace Ledger.Node.Driver;

/// <summary>
/// Takes in one validator's consensus messages: decodes and authenticates them off the driver's thread, in order. A
/// flooding peer fills its own bounded queue, is held back, and drops its own frames.
/// </summary>
internal sealed class PeerInbox(
    ValidatorIndex peer,
    MessageAuthenticator authenticator,
    NodeMetrics metrics,
    Action<DriverInput> deliver)
{
    private const int Capacity = 1024;

    private readonly Channel<ReadOnlyMemory<byte>> _frames = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

    /// <summary>Takes a frame, waiting while the queue is full.</summary>
    public ValueTask AddAsync(ReadOnlyMemory<byte> frame, CancellationToken stop) => _frames.Writer.WriteAsync(frame, stop);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            if (authenticator.TryAuthenticate(peer, frame, out var message, out var signer, out var fault))
                deliver(new ReplicaInput(new MessageReceived(signer, message)));
            else
                metrics.Dropped(fault.ToString());
        }
    }
}
