using Ledger.Network.Security;
using Ledger.Network.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Ledger.Network.Tests.Peers;

public sealed class RequestTests
{
    private static readonly ProtocolId Echo = new("/test/echo/1");
    private static readonly ProtocolId Broken = new("/test/broken/1");
    private static readonly ProtocolId Refused = new("/test/refused/1");
    private static readonly ProtocolId Stuck = new("/test/stuck/1");
    private static readonly ProtocolId Bulky = new("/test/bulky/1");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20_000)]
    [InlineData(1_500_000)]
    public async Task A_request_gets_its_answer(int size)
    {
        await using var pair = await StartAsync();
        var request = new byte[size];
        new Random(size).NextBytes(request);

        var answer = await pair.Client.Network.RequestAsync(pair.Server.Id, Echo, request, CancellationToken.None);

        Assert.True(request.AsSpan().SequenceEqual(answer.Span));
    }

    [Fact]
    public async Task Many_requests_at_once_each_get_their_own_answer()
    {
        await using var pair = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            (i, answer: await pair.Client.Network.RequestAsync(
                pair.Server.Id, Echo, BitConverter.GetBytes(i), CancellationToken.None))))
            .Within("all answers");

        Assert.All(answers, a => Assert.Equal(BitConverter.GetBytes(a.i), a.answer.ToArray()));
    }

    [Fact]
    public async Task A_protocol_that_the_peer_does_not_speak_is_reported()
    {
        await using var pair = await StartAsync();

        await AssertFails(PeerRequestFailure.ProtocolUnsupported, pair, new("/test/unheard-of/1"));
    }

    [Fact]
    public async Task A_handler_that_throws_refuses_the_request_and_serves_the_next()
    {
        await using var pair = await StartAsync();

        await AssertFails(PeerRequestFailure.Lost, pair, Broken);

        var answer = await pair.Client.Network.RequestAsync(
            pair.Server.Id, Echo, new byte[] { 5 }, CancellationToken.None);
        Assert.Equal([5], answer.ToArray());
        Assert.Contains(pair.Server.Log.Entries, e => e.Id.Id == 3008);
    }

    [Fact]
    public async Task A_request_that_is_refused_on_purpose_is_no_error_of_this_node()
    {
        await using var pair = await StartAsync();

        await AssertFails(PeerRequestFailure.Lost, pair, Refused);

        var entry = Assert.Single(pair.Server.Log.Entries, e => e.Id.Id == 3013);
        Assert.Equal(LogLevel.Debug, entry.Level);
        Assert.EndsWith("too often", entry.Text, StringComparison.Ordinal);
        Assert.Empty(pair.Server.Log.Errors);
    }

    [Fact]
    public async Task An_answer_beyond_the_frame_limit_is_not_sent()
    {
        await using var pair = await StartAsync();

        await AssertFails(PeerRequestFailure.Lost, pair, Bulky);

        Assert.Contains(pair.Server.Log.Entries, e => e.Id.Id == 3009);
    }

    [Fact]
    public async Task A_request_that_is_never_answered_times_out()
    {
        await using var pair = await StartAsync(TimeSpan.FromMilliseconds(200));

        await AssertFails(PeerRequestFailure.Timeout, pair, Stuck);
    }

    [Fact]
    public async Task A_request_can_be_cancelled()
    {
        await using var pair = await StartAsync();
        using var cancel = new CancellationTokenSource();

        var request = pair.Client.Network.RequestAsync(pair.Server.Id, Stuck, default, cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.Within("the cancellation"));
    }

    [Fact]
    public async Task A_request_under_way_fails_when_the_peer_stops()
    {
        await using var pair = await StartAsync();
        var request = pair.Client.Network.RequestAsync(pair.Server.Id, Stuck, default, CancellationToken.None);

        await pair.Server.DisposeAsync();

        var failure = await Assert.ThrowsAsync<PeerRequestException>(() => request.Within("the failure"));
        Assert.Equal(PeerRequestFailure.Lost, failure.Failure);
    }

    [Fact]
    public async Task A_request_to_a_peer_that_is_not_connected_fails_at_once()
    {
        await using var pair = await StartAsync();
        var absent = PeerId.FromPublicKey(PeerIdentity.Generate().PublicKey);

        var failure = await Assert.ThrowsAsync<PeerRequestException>(
            () => pair.Client.Network.RequestAsync(absent, Echo, default, CancellationToken.None));

        Assert.Equal(PeerRequestFailure.NotConnected, failure.Failure);
    }

    [Fact]
    public async Task Identify_and_ping_tell_who_is_there()
    {
        await using var pair = await StartAsync();

        var description = await pair.Client.Network.IdentifyAsync(pair.Server.Id, CancellationToken.None);
        var roundTrip = await pair.Client.Network.PingAsync(pair.Server.Id, CancellationToken.None);

        Assert.Equal("ledger/0.1", description.AgentVersion);
        Assert.Equal("ledger/1", description.ProtocolVersion);
        Assert.Contains(Echo.Name, description.Protocols);
        Assert.Contains("/ipfs/ping/1.0.0", description.Protocols);
        Assert.True(roundTrip > TimeSpan.Zero);
    }

    private static Task<Pair> StartAsync(TimeSpan? clientTimeout = null) => Pair.StartAsync(
        adjustServer: o => new PeerNetworkOptions
        {
            ListenEndPoint = o.ListenEndPoint,
            IsAllowed = o.IsAllowed,
            MaxRequestBytes = 2 * 1024 * 1024,
        },
        adjustClient: o => new PeerNetworkOptions
        {
            Peers = o.Peers,
            DialPrecedence = TimeSpan.Zero,
            RequestTimeout = clientTimeout ?? Deadline.Default,
        },
        configureServer: network =>
        {
            network.HandleRequests(Echo, (_, request, _) => ValueTask.FromResult(request));
            network.HandleRequests(Broken, (_, _, _) => throw new InvalidOperationException("as the test wants it"));
            network.HandleRequests(Refused, (_, _, _) => throw new RequestRefusedException("too often"));
            network.HandleRequests(Bulky, (_, _, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[5_000_000]));
            network.HandleRequests(Stuck, async (_, _, stop) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(stop);
                return default;
            });
        });

    private static async Task AssertFails(PeerRequestFailure expected, Pair pair, ProtocolId protocol)
    {
        var failure = await Assert.ThrowsAsync<PeerRequestException>(
            () => pair.Client.Network.RequestAsync(pair.Server.Id, protocol, new byte[10], CancellationToken.None)
                .Within("the failure"));
        Assert.Equal(expected, failure.Failure);
    }
}
