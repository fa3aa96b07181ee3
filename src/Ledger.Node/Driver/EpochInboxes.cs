using System.Threading.Channels;
using Ledger.Core.Blocks;
using Ledger.Network;
using Ledger.Node.Hosting;
using Ledger.Node.Observability;

namespace Ledger.Node.Driver;

/// <summary>The inboxes of one epoch's validators.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class EpochInboxes
{
    private readonly EpochParts _epoch;
    private readonly ChannelId _channel;
    private readonly PeerInbox[] _inboxes;
    private readonly Action<DriverInput> _deliver;

    public EpochInboxes(EpochParts epoch, ChannelId channel, NodeMetrics metrics, Action<DriverInput> deliver)
    {
        _epoch = epoch;
        _channel = channel;
        _deliver = deliver;
        _inboxes = new PeerInbox[epoch.Validators.Count];
        for (var i = 0; i < _inboxes.Length; i++)
        {
            var index = new ValidatorIndex(i);
            _inboxes[i] = new PeerInbox(index, epoch.Peers[index], epoch.Authenticator, metrics, deliver);
        }
    }

    /// <summary>Takes a frame in, waiting while its sender's queue is full.</summary>
    public async ValueTask AddAsync(PeerId from, ReadOnlyMemory<byte> frame, CancellationToken stop)
    {
        if (_epoch.Peers.IndexOf(from) is not { } index)
        {
            if (_epoch.HintOf(from, frame.Span, _channel) is { } hint) _deliver(hint);
            return;
        }

        // A node that only follows has nobody to give a vote to; what others certify reaches it as blocks.
        if (_epoch.Replica is null) return;
        try
        {
            await _inboxes[index.Value].AddAsync(frame, stop).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The epoch has ended meanwhile; its messages are void.
        }
    }

    /// <summary>Ends <see cref="RunAsync"/>: another epoch has begun.</summary>
    public void Retire()
    {
        foreach (var inbox in _inboxes) inbox.Complete();
    }

    /// <summary>Runs until retired or cancelled.</summary>
    public Task RunAsync(CancellationToken stop) =>
        TaskGroup.RunAsync([.. _inboxes.Select(inbox => (Func<CancellationToken, Task>)inbox.RunAsync)], stop);
}
