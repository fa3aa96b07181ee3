using Ledger.Network.Muxing;
using Ledger.Network.Tests.Support;

namespace Ledger.Network.Tests.Muxing;

public sealed class YamuxSessionTests
{
    [Fact]
    public async Task A_stream_carries_far_more_than_its_window_both_ways_at_once()
    {
        await using var pair = new SessionPair();
        var (opened, accepted) = await pair.OpenAsync();
        var sent = Bytes(5 * YamuxLimits.InitialWindow + 17);

        var echoing = Task.Run(async () =>
        {
            await accepted.CopyToAsync(accepted);
            accepted.CloseWrite();
        });
        var sending = Task.Run(async () =>
        {
            await opened.WriteAsync(sent);
            opened.CloseWrite();
        });
        var received = await ReadAllAsync(opened);
        await Task.WhenAll(echoing, sending).Within("both copies to end");

        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    // The moment between the two is far too short to be hit; seen once in thousands of stops of a node.
    [Fact]
    public void Closing_a_session_that_has_just_been_disposed_of_is_harmless()
    {
        var (stream, _) = DuplexStream.CreatePair();
        var session = new YamuxSession(stream, isDialer: true, new YamuxLimits(), _ => true, TimeProvider.System);
        session.Dispose();

        session.Close(SessionEnd.Stopping);

        Assert.Equal(SessionEnd.Stopping, session.End);
    }

    [Fact]
    public async Task A_larger_receive_window_is_granted_when_the_stream_opens()
    {
        await using var pair = new SessionPair(new YamuxLimits { ReceiveWindow = 1024 * 1024 });
        var (opened, accepted) = await pair.OpenAsync();
        var sent = Bytes(1024 * 1024);

        // Nobody reads yet: the whole write must fit the window.
        await opened.WriteAsync(sent).AsTask().Within("the write to fit the window");
        opened.CloseWrite();

        var received = await ReadAllAsync(accepted);
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task A_writer_waits_while_its_reader_does_not_read()
    {
        await using var pair = new SessionPair();
        var (opened, accepted) = await pair.OpenAsync();
        await opened.WriteAsync(Bytes(YamuxLimits.InitialWindow)).AsTask().Within("the window to be filled");

        var blocked = opened.WriteAsync(new byte[1]).AsTask();

        Assert.False(blocked.IsCompleted);
        await accepted.ReadExactlyAsync(new byte[YamuxLimits.InitialWindow]).AsTask().Within("the reader");
        await blocked.Within("the writer to go on");
    }

    [Fact]
    public async Task Each_direction_closes_by_itself()
    {
        await using var pair = new SessionPair();
        var (opened, accepted) = await pair.OpenAsync();
        opened.CloseWrite();

        Assert.Empty(await ReadAllAsync(accepted));
        await accepted.WriteAsync(Bytes(100));
        accepted.CloseWrite();

        Assert.Equal(Bytes(100), await ReadAllAsync(opened));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await opened.WriteAsync(new byte[1]));
    }

    [Fact]
    public async Task Disposing_lets_the_other_side_read_what_was_sent()
    {
        await using var pair = new SessionPair();
        var (opened, accepted) = await pair.OpenAsync();
        await opened.WriteAsync(Bytes(1000));
        await opened.DisposeAsync();

        Assert.Equal(Bytes(1000), await ReadAllAsync(accepted));
    }

    [Fact]
    public async Task A_reset_fails_reader_and_writer_of_the_other_side()
    {
        await using var pair = new SessionPair();
        var (opened, accepted) = await pair.OpenAsync();
        var reading = accepted.ReadAsync(new byte[1]).AsTask();

        opened.Reset();

        await Assert.ThrowsAsync<IOException>(() => reading.Within("the reader to fail"));
        await Assert.ThrowsAsync<IOException>(async () => await accepted.WriteAsync(new byte[1]));
    }

    [Fact]
    public async Task Closing_the_session_fails_every_stream_and_tells_the_other_side()
    {
        await using var pair = new SessionPair();
        var (opened, accepted) = await pair.OpenAsync();
        var reading = opened.ReadAsync(new byte[1]).AsTask();

        pair.Listener.Close(SessionEnd.Stopping);

        await Assert.ThrowsAsync<IOException>(() => reading.Within("the reader to fail"));
        Assert.Equal(SessionEnd.RemoteClosed, pair.Dialer.End);
        Assert.Throws<IOException>(pair.Dialer.Open);
        Assert.Throws<IOException>(pair.Listener.Open);
        await Assert.ThrowsAsync<IOException>(async () => await accepted.WriteAsync(new byte[1]));
    }

    [Fact]
    public async Task A_cancelled_read_leaves_the_stream_usable()
    {
        await using var pair = new SessionPair();
        var (opened, accepted) = await pair.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var reading = accepted.ReadAsync(new byte[1], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within("the read to be cancelled"));

        await opened.WriteAsync(Bytes(10));
        var buffer = new byte[10];
        await accepted.ReadExactlyAsync(buffer).AsTask().Within("the bytes");

        Assert.Equal(Bytes(10), buffer);
    }

    [Fact]
    public async Task A_ping_is_answered_and_measured()
    {
        await using var pair = new SessionPair();

        pair.Dialer.SendPing();
        await pair.Dialer.Confirmed.Within("the answer");

        Assert.NotNull(pair.Dialer.RoundTrip);
    }

    [Fact]
    public async Task Many_streams_open_transfer_and_close_side_by_side()
    {
        const int Streams = 50;
        await using var pair = new SessionPair();
        var serving = Task.Run(async () =>
        {
            for (var i = 0; i < Streams; i++)
            {
                var stream = await pair.Accepted.Reader.ReadAsync();
                await stream.CopyToAsync(stream);
                await stream.DisposeAsync();
            }
        });

        for (var i = 0; i < Streams; i++)
        {
            await using var stream = pair.Dialer.Open();
            await stream.WriteAsync(Bytes(1 + i * 311));
            stream.CloseWrite();
            Assert.Equal(Bytes(1 + i * 311), await ReadAllAsync(stream));
        }

        await serving.Within("the last stream");
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream)
    {
        var all = new MemoryStream();
        await stream.CopyToAsync(all).Within("the stream to end");
        return all.ToArray();
    }
}
