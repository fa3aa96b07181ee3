using Ledger.Network.Peers;
using Ledger.Network.Security;
using Ledger.Network.Tests.Support;
using Ledger.Testing.Network;

namespace Ledger.Network.Tests.Peers;

public sealed class ConnectionTests
{
    private const string Disconnects = "ledger.network.disconnects/";

    [Fact]
    public async Task When_both_sides_dial_one_connection_is_left_and_frames_pass_both_ways()
    {
        for (var round = 0; round < 5; round++)
        {
            var (keyA, keyB) = (PeerIdentity.Generate(), PeerIdentity.Generate());
            var (portA, portB) = (FreePorts.Take(), FreePorts.Take());
            var (idA, idB) = (PeerId.FromPublicKey(keyA.PublicKey), PeerId.FromPublicKey(keyB.PublicKey));
            await using var a = await TestNode.StartAsync(keyA, Both(portA, new PeerAddress(idB, "127.0.0.1", portB)));
            await using var b = await TestNode.StartAsync(keyB, Both(portB, new PeerAddress(idA, "127.0.0.1", portA)));

            await ExchangeUntilReceived(a, b);
            await ExchangeUntilReceived(b, a);

            Assert.Equal(1, a.Meters["ledger.network.peers"]);
            Assert.Equal(1, b.Meters["ledger.network.peers"]);
        }
    }

    [Fact]
    public async Task A_peer_that_returns_is_found_again()
    {
        var port = FreePorts.Take();
        var clientKey = PeerIdentity.Generate();
        var clientId = PeerId.FromPublicKey(clientKey.PublicKey);
        var serverOptions = new PeerNetworkOptions
        {
            ListenEndPoint = new(System.Net.IPAddress.Loopback, port),
            IsAllowed = p => p == clientId,
        };
        var scalar = System.Security.Cryptography.SHA256.HashData("a server that returns"u8);
        var first = await TestNode.StartAsync(PeerIdentity.FromSecretKey(scalar), serverOptions);
        await using var client = await TestNode.StartAsync(clientKey, new PeerNetworkOptions
        {
            Peers = [first.Address],
            DialPrecedence = TimeSpan.Zero,
            MaxReconnectDelay = TimeSpan.FromMilliseconds(200),
        });
        await client.Until(first.Id, connected: true);

        await first.DisposeAsync();
        await client.Until(first.Id, connected: false);
        await using var second = await TestNode.StartAsync(PeerIdentity.FromSecretKey(scalar), serverOptions);
        await client.Until(second.Id, connected: true);

        Assert.True(client.Network.TrySend(second.Id, TestNode.Messages, new byte[] { 9 }));
        Assert.Equal([9], (await second.NextFrame()).Frame.ToArray());
    }

    [Fact]
    public async Task A_peer_that_loses_its_membership_loses_its_connection()
    {
        var isMember = true;
        await using var pair = await Pair.StartAsync(adjustServer: o => new PeerNetworkOptions
        {
            ListenEndPoint = o.ListenEndPoint,
            IsAllowed = _ => Volatile.Read(ref isMember),
            PingInterval = TimeSpan.FromMilliseconds(50),
        });

        Volatile.Write(ref isMember, false);

        await pair.Server.Meters.WhenMeasured(Disconnects + "no_longer_allowed");
        await pair.Client.Until(pair.Server.Id, connected: false);
        await pair.Server.Meters.WhenMeasured("ledger.network.handshakes.refused/stranger");
    }

    [Fact]
    public async Task A_peer_whose_queue_stays_full_is_disconnected_and_the_drops_are_counted()
    {
        var release = new TaskCompletionSource();
        var slow = new ProtocolId("/test/slow/1");
        await using var pair = await Pair.StartAsync(
            adjustClient: o => new PeerNetworkOptions
            {
                Peers = o.Peers,
                DialPrecedence = TimeSpan.Zero,
                MaxFrameBytes = 100_000,
                SendQueueBytes = 400_000,
                SlowPeerLimit = TimeSpan.FromMilliseconds(300),
                PingInterval = TimeSpan.FromMilliseconds(50),
            },
            configureServer: n => n.Handle(slow, (_, _, stop) => new ValueTask(release.Task.WaitAsync(stop))));
        var frame = new byte[50_000];

        var accepted = 0;
        while (pair.Client.Network.TrySend(pair.Server.Id, slow, frame)) accepted++;

        Assert.InRange(accepted, 1, 200);
        Assert.True(pair.Client.Meters["ledger.network.frames.dropped/queue_full"] > 0);
        // The windows between the two take some more; the sender fills the queue up again until they are full.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var disconnected = pair.Client.Meters.WhenMeasured(Disconnects + "slow_peer");
        while (!disconnected.IsCompleted && await timer.WaitForNextTickAsync())
            pair.Client.Network.TrySend(pair.Server.Id, slow, frame);
        await disconnected;
        release.SetResult();
    }

    [Fact]
    public async Task A_slow_protocol_does_not_hold_back_another()
    {
        var release = new TaskCompletionSource();
        var slow = new ProtocolId("/test/slow/1");
        await using var pair = await Pair.StartAsync(
            configureServer: n => n.Handle(slow, (_, _, stop) => new ValueTask(release.Task.WaitAsync(stop))));
        for (var i = 0; i < 100; i++) pair.Client.Network.TrySend(pair.Server.Id, slow, new byte[100_000]);

        Assert.True(pair.Client.Network.TrySend(pair.Server.Id, TestNode.Messages, new byte[] { 1 }));

        Assert.Equal([1], (await pair.Server.NextFrame()).Frame.ToArray());
        release.SetResult();
    }

    [Fact]
    public async Task A_handler_that_throws_is_logged_and_gets_the_next_frame()
    {
        var calls = 0;
        var second = new TaskCompletionSource();
        var broken = new ProtocolId("/test/broken/1");
        await using var pair = await Pair.StartAsync(configureServer: n => n.Handle(broken, (_, _) =>
        {
            if (++calls == 1) throw new InvalidOperationException("as the test wants it");
            second.SetResult();
        }));

        pair.Client.Network.TrySend(pair.Server.Id, broken, new byte[1]);
        pair.Client.Network.TrySend(pair.Server.Id, broken, new byte[1]);

        await second.Task.Within("the second frame");
        Assert.Contains(pair.Server.Log.Entries, e => e.Id.Id == 3008);
    }

    [Fact]
    public async Task Frames_in_a_protocol_that_the_peer_does_not_speak_are_dropped_and_the_connection_lives_on()
    {
        await using var pair = await Pair.StartAsync();

        pair.Client.Network.TrySend(pair.Server.Id, new ProtocolId("/test/unheard-of/1"), new byte[1]);
        await pair.Client.Meters.WhenMeasured("ledger.network.frames.dropped/protocol_unsupported");

        Assert.True(pair.Client.Network.TrySend(pair.Server.Id, TestNode.Messages, new byte[] { 1 }));
        Assert.Equal([1], (await pair.Server.NextFrame()).Frame.ToArray());
    }

    [Fact]
    public async Task A_frame_beyond_the_limit_is_not_sent()
    {
        await using var pair = await Pair.StartAsync();

        Assert.False(pair.Client.Network.TrySend(pair.Server.Id, TestNode.Messages, new byte[4 * 1024 * 1024 + 1]));

        Assert.Equal(1, pair.Client.Meters["ledger.network.frames.dropped/too_large"]);
    }

    [Fact]
    public async Task Status_and_metrics_tell_what_went_and_came()
    {
        await using var pair = await Pair.StartAsync();
        pair.Client.Network.TrySend(pair.Server.Id, TestNode.Messages, new byte[100]);
        await pair.Server.NextFrame();
        pair.Server.Network.TrySend(pair.Client.Id, TestNode.Messages, new byte[7]);
        await pair.Client.NextFrame();
        // A frame may have come, and have been answered, before its sender has counted it.
        await pair.Client.Meters.WhenMeasured("ledger.network.sent//test/messages/1");

        var status = Assert.Single(pair.Client.Network.Peers);
        Assert.True(status.IsConnected);
        Assert.NotNull(status.Since);
        Assert.NotNull(status.RoundTrip);
        Assert.Equal((1, 100), (status.FramesSent, status.BytesSent));
        Assert.Equal(0, status.QueuedBytes);
        Assert.Equal(100, pair.Client.Meters["ledger.network.sent//test/messages/1"]);
    }

    [Fact]
    public async Task Disposing_under_load_leaves_no_error_unobserved()
    {
        var unobserved = new List<Exception>();
        void Observe(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            lock (unobserved) unobserved.Add(e.Exception);
        }

        TaskScheduler.UnobservedTaskException += Observe;
        try
        {
            for (var round = 0; round < 5; round++) await DisposeUnderLoadAsync();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();

            lock (unobserved)
            {
                Assert.DoesNotContain(
                    unobserved, e => e.ToString().Contains("Ledger.Network", StringComparison.Ordinal));
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Observe;
        }
    }

    [Theory]
    [InlineData(1, 0.0, 50)]
    [InlineData(1, 1.0, 100)]
    [InlineData(3, 1.0, 400)]
    [InlineData(6, 1.0, 2000)]
    [InlineData(100_000, 1.0, 2000)]
    [InlineData(100_000, 0.0, 1000)]
    public void The_pause_between_attempts_doubles_up_to_its_cap(int failures, double jitter, int milliseconds)
    {
        var pause = Dialer.Pause(
            TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(2000), failures, jitter);

        Assert.Equal(milliseconds, pause.TotalMilliseconds, 3);
    }

    private static async Task DisposeUnderLoadAsync()
    {
        var pair = await Pair.StartAsync();
        using var stop = new CancellationTokenSource();
        var sending = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                pair.Client.Network.TrySend(pair.Server.Id, TestNode.Messages, new byte[1000]);
                pair.Server.Network.TrySend(pair.Client.Id, TestNode.Messages, new byte[1000]);
            }
        });
        await pair.Server.NextFrame();

        await pair.DisposeAsync();
        await stop.CancelAsync();
        await sending.Within("the sender");
    }

    private static PeerNetworkOptions Both(int port, PeerAddress other) => new()
    {
        ListenEndPoint = new(System.Net.IPAddress.Loopback, port),
        Peers = [other],
        DialPrecedence = TimeSpan.Zero,
        ReconnectDelay = TimeSpan.FromMilliseconds(20),
    };

    // A frame may be lost while two connections become one, as the contract says, so the sender repeats.
    private static async Task ExchangeUntilReceived(TestNode from, TestNode to)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var received = to.NextFrame();
        while (!received.IsCompleted)
        {
            from.Network.TrySend(to.Id, TestNode.Messages, new byte[] { 1 });
            await timer.WaitForNextTickAsync();
        }

        await received;
    }
}
