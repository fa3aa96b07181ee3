using Ledger.Network;

namespace Ledger.Simulation.Nodes;

/// <summary>
/// Takes the product's handlers of requests in, and calls them: none of them waits for anything.
/// </summary>
internal sealed class PeerRequests : IPeerNetwork
{
    private RequestHandler? _handler;

    public event EventHandler<PeerEventArgs>? PeerConnected
    {
        add { }
        remove { }
    }

    public event EventHandler<PeerEventArgs>? PeerDisconnected
    {
        add { }
        remove { }
    }

    public PeerId LocalPeer => throw new NotSupportedException();

    public IReadOnlyCollection<PeerStatus> Peers => [];

    public ReadOnlyMemory<byte> Answer(PeerId from, ReadOnlyMemory<byte> request)
    {
        var answer = _handler!(from, request, CancellationToken.None);
        return answer.IsCompleted
            ? answer.Result
            : throw new InvalidOperationException("a handler of requests waits for something");
    }

    public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public void SetPeers(IReadOnlyList<PeerAddress> peers) => throw new NotSupportedException();

    public bool TrySend(PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> frame) =>
        throw new NotSupportedException();

    public void Handle(ProtocolId protocol, FrameHandler handler) => throw new NotSupportedException();

    public Task<ReadOnlyMemory<byte>> RequestAsync(
        PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public void HandleRequests(ProtocolId protocol, RequestHandler handler) => _handler = handler;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
