using System.Net.Sockets;
using Ledger.Network.Security;

namespace Ledger.Network.Tests.Support;

/// <summary>A peer that proves a key honestly, and from there on does what a test makes it do.</summary>
internal sealed class HostilePeer : IAsyncDisposable
{
    private readonly SecuredConnection _secured;

    private HostilePeer(SecuredConnection secured)
    {
        _secured = secured;
        Wire = new RawWire(secured.Stream);
    }

    public RawWire Wire { get; }

    public static async Task<HostilePeer> ConnectAsync(PeerIdentity identity, TestNode node)
    {
        var client = await ConnectTcpAsync(node);
        var channel = new SecureChannel(identity, _ => true, TimeProvider.System);
        return new HostilePeer(
            await channel.DialAsync(client, node.Id, CancellationToken.None).Within("the handshake"));
    }

    /// <summary>A bare TCP connection to a node.</summary>
    public static async Task<NetworkStream> ConnectTcpAsync(TestNode node)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(node.Network.ListenEndPoint!);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public ValueTask DisposeAsync() => _secured.Stream.DisposeAsync();
}
