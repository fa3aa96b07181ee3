using System.Threading.Channels;
using Ledger.Network.Security;
using Ledger.Network.Tests.Support;
using Ledger.Testing.Network;

namespace Ledger.Network.Tests;

/// <summary>The fake keeps the promises that others test against.</summary>
public sealed class InMemoryNetworkTests : IAsyncLifetime
{
    private static readonly ProtocolId Protocol = new("/test/1");

    private readonly InMemoryHub _hub = new();
    private readonly InMemoryNetwork _a;
    private readonly InMemoryNetwork _b;
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();

    public InMemoryNetworkTests()
    {
        (_a, _b) = (_hub.Join(NewPeer()), _hub.Join(NewPeer()));
        _b.Handle(Protocol, (_, frame) => _seen.Writer.TryWrite("frame " + frame.Span[0]));
        _b.HandleRequests(Protocol, (_, request, _) => ValueTask.FromResult(request));
        _b.PeerConnected += (_, e) => _seen.Writer.TryWrite("connected " + (e.Peer == _a.LocalPeer));
        _b.PeerDisconnected += (_, e) => _seen.Writer.TryWrite("disconnected " + (e.Peer == _a.LocalPeer));
    }

    public async Task InitializeAsync()
    {
        await _b.StartAsync(CancellationToken.None);
        await _a.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Fact]
    public async Task Frames_arrive_in_order_behind_the_news_of_the_link()
    {
        for (byte i = 0; i < 5; i++) Assert.True(_a.TrySend(_b.LocalPeer, Protocol, new[] { i }));

        Assert.Equal("connected True", await Next());
        for (var i = 0; i < 5; i++) Assert.Equal("frame " + i, await Next());
    }

    [Fact]
    public async Task A_cut_link_drops_frames_until_it_is_healed()
    {
        _hub.Cut(_a.LocalPeer, _b.LocalPeer);
        Assert.False(_a.TrySend(_b.LocalPeer, Protocol, new byte[] { 1 }));
        _hub.Heal(_b.LocalPeer, _a.LocalPeer);
        Assert.True(_a.TrySend(_b.LocalPeer, Protocol, new byte[] { 2 }));

        Assert.Equal("connected True", await Next());
        Assert.Equal("disconnected True", await Next());
        Assert.Equal("connected True", await Next());
        Assert.Equal("frame 2", await Next());
    }

    [Fact]
    public async Task A_filter_loses_frames_unnoticed()
    {
        _hub.Filter = (_, _, _, frame) => frame.Span[0] != 1;

        Assert.True(_a.TrySend(_b.LocalPeer, Protocol, new byte[] { 1 }));
        Assert.True(_a.TrySend(_b.LocalPeer, Protocol, new byte[] { 2 }));

        Assert.Equal("connected True", await Next());
        Assert.Equal("frame 2", await Next());
    }

    [Fact]
    public async Task Requests_are_answered_or_fail_as_on_the_real_network()
    {
        var answer = await _a.RequestAsync(_b.LocalPeer, Protocol, new byte[] { 7 }, CancellationToken.None);
        var unsupported = await Assert.ThrowsAsync<PeerRequestException>(
            () => _b.RequestAsync(_a.LocalPeer, Protocol, default, CancellationToken.None));
        _hub.Cut(_a.LocalPeer, _b.LocalPeer);
        var notConnected = await Assert.ThrowsAsync<PeerRequestException>(
            () => _a.RequestAsync(_b.LocalPeer, Protocol, default, CancellationToken.None));

        Assert.Equal([7], answer.ToArray());
        Assert.Equal(PeerRequestFailure.ProtocolUnsupported, unsupported.Failure);
        Assert.Equal(PeerRequestFailure.NotConnected, notConnected.Failure);
    }

    private static PeerId NewPeer() => PeerId.FromPublicKey(PeerIdentity.Generate().PublicKey);

    private Task<string> Next() => _seen.Reader.ReadAsync().Within("something to be seen");
}
