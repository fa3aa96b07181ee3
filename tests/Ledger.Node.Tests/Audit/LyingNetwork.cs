using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Network;
using Ledger.Testing.Network;

namespace Ledger.Node.Tests.Audit;

/// <summary>
/// A validator's network that follows each commit to one peer with another one, for another digest, signed as well.
/// </summary>
internal sealed class LyingNetwork(InMemoryNetwork inner, ISigner signer, PeerId victim) : IPeerNetwork
{
    private const ulong Commit = 3;

    private static readonly DomainTag Tag = new("ledger/commit/1");

    public event EventHandler<PeerEventArgs>? PeerConnected
    {
        add => inner.PeerConnected += value;
        remove => inner.PeerConnected -= value;
    }

    public event EventHandler<PeerEventArgs>? PeerDisconnected
    {
        add => inner.PeerDisconnected += value;
        remove => inner.PeerDisconnected -= value;
    }

    public PeerId LocalPeer => inner.LocalPeer;

    public IReadOnlyCollection<PeerStatus> Peers => inner.Peers;

    public Task StartAsync(CancellationToken cancellationToken) => inner.StartAsync(cancellationToken);

    public void SetPeers(IReadOnlyList<PeerAddress> peers) => inner.SetPeers(peers);

    public bool TrySend(PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> frame)
    {
        var sent = inner.TrySend(peer, protocol, frame);
        if (peer == victim && protocol == LedgerProtocols.Consensus && Contradict(frame.Span) is { } lie)
            inner.TrySend(peer, protocol, lie);
        return sent;
    }

    public void Handle(ProtocolId protocol, FrameHandler handler) => inner.Handle(protocol, handler);

    public Task<ReadOnlyMemory<byte>> RequestAsync(
        PeerId peer, ProtocolId protocol, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        inner.RequestAsync(peer, protocol, request, cancellationToken);

    public void HandleRequests(ProtocolId protocol, RequestHandler handler) => inner.HandleRequests(protocol, handler);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    // docs/spec/consensus.md section 3: envelope and payload of a commit; the digest is its last field.
    private byte[]? Contradict(ReadOnlySpan<byte> frame)
    {
        var reader = new CanonicalReader(frame);
        if (reader.UInt64(1) != Commit) return null;
        var self = reader.UInt64(2);
        var payload = reader.Message(3, 1024).ToArray();
        payload[^1] ^= 1;
        var writer = new CanonicalWriter();
        writer.UInt64(1, Commit);
        writer.UInt64(2, self);
        writer.Message(3, payload);
        writer.Bytes(4, signer.Sign(Tag, payload));
        return writer.ToArray();
    }
}
