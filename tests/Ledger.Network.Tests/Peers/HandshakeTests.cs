using System.Net.Sockets;
using System.Text;
using Ledger.Network.Security;
using Ledger.Network.Streams;
using Ledger.Network.Tests.Support;

namespace Ledger.Network.Tests.Peers;

public sealed class HandshakeTests
{
    private const string Refused = "ledger.network.handshakes.refused/";

    [Fact]
    public async Task A_stranger_is_refused_at_the_handshake()
    {
        await using var server = await ServerAsync();
        await using var stranger = await ClientAsync(server);

        await server.Meters.WhenMeasured(Refused + "stranger");
        await stranger.Meters.WhenMeasured(Refused + "closed");

        Assert.Empty(server.Network.Peers);
        Assert.False(Assert.Single(stranger.Network.Peers).IsConnected);
    }

    [Fact]
    public async Task A_peer_with_another_key_than_was_dialled_is_refused()
    {
        await using var server = await ServerAsync(_ => true);
        var expected = PeerId.FromPublicKey(PeerIdentity.Generate().PublicKey);
        await using var client = await TestNode.StartAsync(PeerIdentity.Generate(), new PeerNetworkOptions
        {
            Peers = [server.Address with { Peer = expected }],
            DialPrecedence = TimeSpan.Zero,
        });

        await client.Meters.WhenMeasured(Refused + "wrong_peer");

        Assert.DoesNotContain(client.Network.Peers, p => p.IsConnected);
    }

    [Fact]
    public async Task Our_own_key_on_the_other_side_is_refused()
    {
        var key = PeerIdentity.Generate();
        await using var server = await TestNode.StartAsync(
            key, new PeerNetworkOptions { ListenEndPoint = TestNode.AnyPort, IsAllowed = _ => true });
        await using var raw = await HostilePeer.ConnectTcpAsync(server);
        var twin = new SecureChannel(key, _ => true, TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<HandshakeException>(
            () => twin.DialAsync(raw, server.Id, CancellationToken.None));

        Assert.Equal(HandshakeRefusal.Ourselves, refusal.Reason);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: ledger\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003")]
    [InlineData("\u0013/multistream/9.9.9\n")]
    public async Task Plaintext_garbage_is_refused(string garbage)
    {
        await using var server = await ServerAsync();
        await using var raw = await HostilePeer.ConnectTcpAsync(server);

        await raw.WriteAsync(Encoding.Latin1.GetBytes(garbage));

        await server.Meters.WhenMeasured(Refused + "malformed");
        await new RawWire(raw).UntilClosedAsync();
    }

    [Fact]
    public async Task Garbage_in_place_of_tls_is_refused()
    {
        await using var server = await ServerAsync();
        await using var raw = await HostilePeer.ConnectTcpAsync(server);

        await raw.WriteAsync((byte[])[.. Multistream.Opening("/tls/1.0.0"), .. new byte[500]]);

        await server.Meters.WhenMeasured(Refused + "malformed");
        await new RawWire(raw).UntilClosedAsync();
    }

    [Fact]
    public async Task Proposals_of_other_security_protocols_are_refused()
    {
        await using var server = await ServerAsync();
        await using var raw = await HostilePeer.ConnectTcpAsync(server);
        var noise = Enumerable.Range(0, 20).SelectMany(_ => Multistream.Encode("/noise"));

        await raw.WriteAsync((byte[])[.. Multistream.Encode("/multistream/1.0.0"), .. noise]);

        await server.Meters.WhenMeasured(Refused + "no_common_protocol");
    }

    [Fact]
    public async Task A_connection_closed_at_once_is_forgotten()
    {
        await using var server = await ServerAsync();
        await using (await HostilePeer.ConnectTcpAsync(server))
        {
        }

        await server.Meters.WhenMeasured(Refused + "closed");
    }

    [Fact]
    public async Task A_stalled_handshake_is_cut_off()
    {
        await using var server = await ServerAsync(timeout: TimeSpan.FromMilliseconds(200));
        await using var raw = await HostilePeer.ConnectTcpAsync(server);

        await raw.WriteAsync(new byte[] { 0x13 });

        await server.Meters.WhenMeasured(Refused + "timeout");
        await new RawWire(raw).UntilClosedAsync();
    }

    [Fact]
    public async Task A_flood_of_stalled_handshakes_does_not_keep_a_peer_out()
    {
        var key = PeerIdentity.Generate();
        var id = PeerId.FromPublicKey(key.PublicKey);
        await using var server = await TestNode.StartAsync(PeerIdentity.Generate(), new PeerNetworkOptions
        {
            ListenEndPoint = TestNode.AnyPort,
            IsAllowed = p => p == id,
            MaxConcurrentHandshakes = 4,
            HandshakeTimeout = TimeSpan.FromMinutes(5),
        });
        var stalled = new List<NetworkStream>();
        for (var i = 0; i < 12; i++) stalled.Add(await HostilePeer.ConnectTcpAsync(server));
        await server.Meters.WhenMeasured(Refused + "too_many_handshakes");

        await using var client = await TestNode.StartAsync(
            key, new PeerNetworkOptions { Peers = [server.Address], DialPrecedence = TimeSpan.Zero });
        await client.Until(server.Id, connected: true);

        foreach (var stream in stalled) await stream.DisposeAsync();
    }

    [Fact]
    public async Task A_peer_without_the_early_muxer_agrees_on_yamux_by_multistream()
    {
        await using var pair = await Pair.StartAsync(adjustClient: o => new PeerNetworkOptions
        {
            Peers = o.Peers,
            DialPrecedence = TimeSpan.Zero,
            OffersEarlyMuxer = false,
        });

        Assert.True(pair.Client.Network.TrySend(pair.Server.Id, TestNode.Messages, new byte[] { 1 }));

        Assert.Equal([1], (await pair.Server.NextFrame()).Frame.ToArray());
    }

    private static Task<TestNode> ServerAsync(Func<PeerId, bool>? isAllowed = null, TimeSpan? timeout = null) =>
        TestNode.StartAsync(PeerIdentity.Generate(), new PeerNetworkOptions
        {
            ListenEndPoint = TestNode.AnyPort,
            IsAllowed = isAllowed ?? (_ => false),
            HandshakeTimeout = timeout ?? TimeSpan.FromMinutes(5),
        });

    private static Task<TestNode> ClientAsync(TestNode server) =>
        TestNode.StartAsync(
            PeerIdentity.Generate(),
            new PeerNetworkOptions { Peers = [server.Address], DialPrecedence = TimeSpan.Zero });
}
