using Ledger.Network.Muxing;
using Ledger.Network.Security;
using Ledger.Network.Streams;
using Ledger.Network.Tests.Support;

namespace Ledger.Network.Tests.Peers;

/// <summary>A member turned hostile: it passes the handshake, then breaks every rule. The node must not mind.</summary>
public sealed class HostilePeerTests : IAsyncLifetime
{
    private const string Disconnects = "ledger.network.disconnects/";

    private readonly PeerIdentity _key = PeerIdentity.Generate();
    private TestNode _node = null!;
    private HostilePeer _peer = null!;

    public async Task InitializeAsync()
    {
        // The hostile peer answers no ping: what is a test's own must not be taken for silence on a slow machine.
        _node = await StartAsync(idleTimeout: TimeSpan.FromMinutes(5));
        _peer = await HostilePeer.ConnectAsync(_key, _node);
    }

    public async Task DisposeAsync()
    {
        await _peer.DisposeAsync();
        await AssertStillServesAsync();
        await _node.DisposeAsync();
        Assert.Empty(_node.Log.Errors);
    }

    [Fact]
    public Task An_oversized_frame_ends_the_connection() =>
        EndsAsync("protocol_violation", () => _peer.Wire.OpenAsync(1, TestNode.Messages, Varint(1024 * 1024 + 1)));

    [Fact]
    public Task An_oversized_request_ends_the_connection() =>
        EndsAsync("protocol_violation", () => _peer.Wire.OpenAsync(1, new("/test/requests/1"), Varint(1001)));

    [Fact]
    public Task A_malformed_length_ends_the_connection() =>
        EndsAsync("protocol_violation", () => _peer.Wire.OpenAsync(1, TestNode.Messages, new byte[] { 0x80, 0 }));

    [Fact]
    public Task An_endless_length_ends_the_connection() =>
        EndsAsync("protocol_violation", () => _peer.Wire.OpenAsync(
            1, TestNode.Messages, new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }));

    [Fact]
    public async Task A_stream_that_is_not_multistream_is_closed_and_the_connection_lives_on()
    {
        await _peer.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Syn, 1);
        await _peer.Wire.SendAsync(YamuxType.Data, YamuxFlags.None, 1, new byte[] { 3, 1, 2, 3 });

        Assert.Equal(1u, (await _peer.Wire.UntilAsync(h => h.Has(YamuxFlags.Fin))).StreamId);
        await _peer.Wire.SendAsync(YamuxType.Ping, YamuxFlags.Syn, 0, length: 79);
        await _peer.Wire.UntilAsync(h => h.Type == YamuxType.Ping && h.Has(YamuxFlags.Ack) && h.Length == 79);
    }

    [Fact]
    public Task Bytes_that_are_not_yamux_end_the_connection() =>
        EndsAsync("protocol_violation", () => _peer.Wire.SendRawAsync(Enumerable.Repeat((byte)0xaa, 100).ToArray()));

    [Fact]
    public async Task A_peer_that_falls_silent_is_noticed()
    {
        await using var node = await StartAsync(idleTimeout: TimeSpan.FromSeconds(1));
        await using var peer = await HostilePeer.ConnectAsync(_key, node);

        // It reads nothing and answers no ping, as a stopped process or a cut cable does not.
        await node.Meters.WhenMeasured(Disconnects + "idle_timeout");
    }

    [Fact]
    public async Task A_flood_of_streams_is_reset_and_the_connection_lives_on()
    {
        for (uint id = 1; id < 401; id += 2) await _peer.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Syn, id);

        await _peer.Wire.UntilAsync(h => h.Has(YamuxFlags.Rst));
        await _peer.Wire.SendAsync(YamuxType.Ping, YamuxFlags.Syn, 0, length: 77);
        await _peer.Wire.UntilAsync(h => h.Type == YamuxType.Ping && h.Has(YamuxFlags.Ack) && h.Length == 77);
    }

    [Fact]
    public async Task Streams_opened_and_reset_in_quick_succession_do_no_harm()
    {
        for (uint id = 1; id < 4001; id += 2)
        {
            await _peer.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Syn, id);
            await _peer.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Rst, id);
        }

        await _peer.Wire.SendAsync(YamuxType.Ping, YamuxFlags.Syn, 0, length: 78);
        await _peer.Wire.UntilAsync(h => h.Type == YamuxType.Ping && h.Has(YamuxFlags.Ack) && h.Length == 78);
    }

    [Fact]
    public async Task A_second_message_stream_of_one_protocol_replaces_the_first()
    {
        await _peer.Wire.OpenAsync(1, TestNode.Messages, new byte[] { 1, 10 });
        Assert.Equal([10], (await _node.NextFrame()).Frame.ToArray());

        await _peer.Wire.OpenAsync(3, TestNode.Messages, new byte[] { 1, 30 });

        Assert.Equal([30], (await _node.NextFrame()).Frame.ToArray());
        Assert.Equal(1u, (await _peer.Wire.UntilAsync(h => h.Has(YamuxFlags.Rst))).StreamId);
    }

    [Fact]
    public async Task A_frame_that_never_ends_is_forgotten_with_its_stream()
    {
        await _peer.Wire.OpenAsync(1, TestNode.Messages, Varint(1024 * 1024));
        await _peer.Wire.SendAsync(YamuxType.Data, YamuxFlags.Fin, 1, new byte[100]);

        Assert.Equal(1u, (await _peer.Wire.UntilAsync(h => h.Has(YamuxFlags.Rst))).StreamId);
    }

    private Task<TestNode> StartAsync(TimeSpan idleTimeout)
    {
        var member = PeerId.FromPublicKey(_key.PublicKey);
        return TestNode.StartAsync(
            PeerIdentity.Generate(),
            new PeerNetworkOptions
            {
                ListenEndPoint = TestNode.AnyPort,
                IsAllowed = p => p == member,
                MaxFrameBytes = 1024 * 1024,
                MaxRequestBytes = 1000,
                MaxInboundStreams = 8,
                PingInterval = TimeSpan.FromMilliseconds(50),
                IdleTimeout = idleTimeout,
            },
            n => n.HandleRequests(new("/test/requests/1"), (_, request, _) => ValueTask.FromResult(request)));
    }

    private static byte[] Varint(int value)
    {
        var bytes = new byte[UVarint.MaxSize];
        return bytes[..UVarint.Write(bytes, value)];
    }

    private async Task EndsAsync(string reason, Func<Task> misbehave)
    {
        await misbehave();

        await _node.Meters.WhenMeasured(Disconnects + reason);
    }

    // Whatever happened before, an honest connection of the same member works.
    private async Task AssertStillServesAsync()
    {
        await using var again = await HostilePeer.ConnectAsync(_key, _node);
        await again.Wire.OpenAsync(1, TestNode.Messages, new byte[] { 2, 7, 8 });
        Assert.Equal([7, 8], (await _node.NextFrame()).Frame.ToArray());
    }
}
