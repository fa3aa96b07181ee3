using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using Ledger.Network;
using Ledger.Network.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ledger.Interop.Tests.Libp2p;

/// <summary>
/// Our network against js-libp2p, both ways: what one implementation takes for granted the other checks.
/// </summary>
public sealed class JsLibp2pTests : IMeterFactory
{
    private const int EchoBytes = 8 * 1024 * 1024;

    private static readonly ProtocolId Echo = new("/test/echo/1");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly ConcurrentBag<Meter> _meters = [];
    private readonly byte[] _ourKey = SHA256.HashData("the C# peer"u8);
    private readonly byte[] _jsKey = SHA256.HashData("the js peer"u8);

    [Fact]
    public async Task Js_dials_us_identifies_pings_and_gets_its_echo()
    {
        var js = IdOf(_jsKey);
        await using var network = await StartAsync(new PeerNetworkOptions
        {
            ListenEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            IsAllowed = p => p == js,
            MaxFrameBytes = EchoBytes,
            MaxRequestBytes = EchoBytes,
        });
        await using var peer = await JsPeer.DialAsync(_jsKey, Multiaddress(network));

        var connected = await peer.NextAsync("connected");
        var identified = await peer.NextAsync("identified");
        var ping = await peer.NextAsync("ping");
        var echo = await peer.NextAsync("echo");

        Assert.Equal(network.LocalPeer.ToString(), connected.GetProperty("peer").GetString());
        Assert.Equal("/yamux/1.0.0", connected.GetProperty("muxer").GetString());
        Assert.Equal("ledger/0.1", identified.GetProperty("agent").GetString());
        Assert.Contains(Echo.Name, identified.GetProperty("protocols").EnumerateArray().Select(p => p.GetString()));
        Assert.True(ping.GetProperty("milliseconds").GetDouble() >= 0);
        Assert.True(echo.GetProperty("equal").GetBoolean());
    }

    [Fact]
    public async Task We_dial_js_identify_ping_and_get_our_echo()
    {
        await using var peer = await JsPeer.ListenAsync(_jsKey);
        var port = (await peer.NextAsync("listening")).GetProperty("port").GetInt32();
        var js = IdOf(_jsKey);
        using var limit = new CancellationTokenSource(Patience);
        var connected = new TaskCompletionSource();
        await using var network = await StartAsync(
            new PeerNetworkOptions
            {
                Peers = [new PeerAddress(js, "127.0.0.1", port)],
                DialPrecedence = TimeSpan.Zero,
                MaxFrameBytes = EchoBytes,
            },
            connected);
        await connected.Task.WaitAsync(limit.Token);
        var request = new byte[EchoBytes];
        new Random(8).NextBytes(request);

        var description = await network.IdentifyAsync(js, limit.Token);
        var roundTrip = await network.PingAsync(js, limit.Token);
        var echo = await network.RequestAsync(js, Echo, request, limit.Token);

        Assert.Contains("libp2p", description.AgentVersion, StringComparison.Ordinal);
        Assert.Contains(Echo.Name, description.Protocols);
        Assert.True(roundTrip > TimeSpan.Zero);
        Assert.True(request.AsSpan().SequenceEqual(echo.Span));
    }

    [Fact]
    public async Task A_js_stranger_is_refused()
    {
        await using var network = await StartAsync(new PeerNetworkOptions
        {
            ListenEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            IsAllowed = _ => false,
        });
        await using var peer = await JsPeer.DialAsync(_jsKey, Multiaddress(network));

        // In TLS 1.3 the dialler may believe for a moment that it is connected; it never gets as far as a ping.
        await Assert.ThrowsAsync<InvalidOperationException>(() => peer.NextAsync("ping"));

        Assert.DoesNotContain(network.Peers, p => p.IsConnected);
    }

    [Fact]
    public async Task A_js_peer_with_another_key_than_we_dialled_is_refused()
    {
        await using var peer = await JsPeer.ListenAsync(SHA256.HashData("an impostor"u8));
        var port = (await peer.NextAsync("listening")).GetProperty("port").GetInt32();
        var refused = new TaskCompletionSource();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (_meters.Contains(instrument.Meter) && instrument.Name == "ledger.network.handshakes.refused")
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (Equals(tags[0].Value, "wrong_peer")) refused.TrySetResult();
        });
        listener.Start();
        await using var network = await StartAsync(new PeerNetworkOptions
        {
            Peers = [new PeerAddress(IdOf(_jsKey), "127.0.0.1", port)],
            DialPrecedence = TimeSpan.Zero,
        });

        await refused.Task.WaitAsync(Patience);

        Assert.DoesNotContain(network.Peers, p => p.IsConnected);
    }

    Meter IMeterFactory.Create(MeterOptions options)
    {
        var meter = new Meter(options.Name);
        _meters.Add(meter);
        return meter;
    }

    void IDisposable.Dispose()
    {
        foreach (var meter in _meters) meter.Dispose();
    }

    private static PeerId IdOf(byte[] secretKey)
    {
        using var identity = PeerIdentity.FromSecretKey(secretKey);
        return PeerId.FromPublicKey(identity.PublicKey);
    }

    private static string Multiaddress(Libp2pNetwork network) =>
        $"/ip4/127.0.0.1/tcp/{network.ListenEndPoint!.Port}/p2p/{network.LocalPeer}";

    private async Task<Libp2pNetwork> StartAsync(PeerNetworkOptions options, TaskCompletionSource? connected = null)
    {
        var identity = PeerIdentity.FromSecretKey(_ourKey);
        var network = new Libp2pNetwork(identity, options, NullLogger<Libp2pNetwork>.Instance, this);
        network.HandleRequests(Echo, (_, request, _) => ValueTask.FromResult(request));
        if (connected is not null) network.PeerConnected += (_, _) => connected.TrySetResult();
        await network.StartAsync(CancellationToken.None);
        return network;
    }
}
