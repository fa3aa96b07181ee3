using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Ledger.Network.Security;

namespace Ledger.Network.Tests.Support;

/// <summary>A network on loopback with everything a test wants to see of it.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly PeerIdentity _identity;
    private readonly Channel<(PeerId Peer, bool Connected)> _events =
        Channel.CreateUnbounded<(PeerId, bool)>();

    public TestNode(PeerIdentity identity, PeerNetworkOptions options)
    {
        _identity = identity;
        Network = new Libp2pNetwork(identity, options, Log, Meters);
        Network.PeerConnected += (_, e) => _events.Writer.TryWrite((e.Peer, true));
        Network.PeerDisconnected += (_, e) => _events.Writer.TryWrite((e.Peer, false));
        Network.Handle(Messages, (from, frame) => Received.Writer.TryWrite((from, frame)));
    }

    public static ProtocolId Messages { get; } = new("/test/messages/1");

    public Libp2pNetwork Network { get; }

    public TestMeters Meters { get; } = new();

    public TestLog Log { get; } = new();

    public Channel<(PeerId From, ReadOnlyMemory<byte> Frame)> Received { get; } =
        Channel.CreateUnbounded<(PeerId, ReadOnlyMemory<byte>)>();

    public PeerId Id => Network.LocalPeer;

    public PeerAddress Address => new(Id, "127.0.0.1", Network.ListenEndPoint!.Port);

    public static IPEndPoint AnyPort { get; } = new(IPAddress.Loopback, 0);

    public static async Task<TestNode> StartAsync(
        PeerIdentity identity, PeerNetworkOptions options, Action<Libp2pNetwork>? configure = null)
    {
        var node = new TestNode(identity, options);
        configure?.Invoke(node.Network);
        await node.Network.StartAsync(CancellationToken.None);
        return node;
    }

    public Task<(PeerId Peer, bool Connected)> NextEvent() => _events.Reader.ReadAsync().Within("a peer event");

    /// <summary>Skips events until the wanted one.</summary>
    public async Task Until(PeerId peer, bool connected)
    {
        while (await NextEvent() != (peer, connected))
        {
        }
    }

    public Task<(PeerId From, ReadOnlyMemory<byte> Frame)> NextFrame() => Received.Reader.ReadAsync().Within("a frame");

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync().AsTask().Within("the network to end");
        _identity.Dispose();
        Meters.Dispose();
        Assert.DoesNotContain(Log.Entries, e => e.Id.Id == 3011);
    }
}
