using Ledger.Network.Muxing;
using Ledger.Network.Streams;
using Ledger.Network.Tests.Support;

namespace Ledger.Network.Tests.Muxing;

/// <summary>What a peer that has authenticated itself may try on the session.</summary>
public sealed class HostileYamuxTests
{
    public static TheoryData<string, byte[]> BadHeaders => new()
    {
        { "an unknown version", [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0] },
        { "an unknown type", [0, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0] },
        { "data on the session", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "a window update on the session", [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "a ping on a stream", [0, 2, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0] },
        { "a farewell on a stream", [0, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public async Task A_header_that_yamux_does_not_know_ends_the_session(string what, byte[] header)
    {
        await using var raw = new RawSession();

        await raw.Wire.SendRawAsync(header);

        Assert.True(await raw.WhenEndedAsync() == SessionEnd.ProtocolViolation, what);
        Assert.Equal(WireFault.BadYamuxHeader, Assert.IsType<WireException>(raw.Session.Cause).Fault);
    }

    [Fact]
    public async Task The_offender_is_told_before_the_session_ends()
    {
        await using var raw = new RawSession();

        await raw.Wire.SendRawAsync(new byte[] { 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0 });

        var farewell = await raw.Wire.NextAsync();
        Assert.Equal(YamuxType.GoAway, farewell.Type);
        Assert.Equal(1u, farewell.Length);
    }

    [Fact]
    public async Task Data_beyond_the_window_ends_the_session()
    {
        await using var raw = new RawSession();
        await raw.OpenAsync(1);
        await raw.Wire.SendAsync(YamuxType.Data, YamuxFlags.None, 1, new byte[YamuxLimits.InitialWindow]);

        await raw.Wire.SendAsync(YamuxType.Data, YamuxFlags.None, 1, new byte[1]);

        await AssertFault(raw, WireFault.FlowControl);
    }

    [Fact]
    public async Task A_data_frame_that_announces_more_than_the_window_ends_the_session_before_its_body_comes()
    {
        await using var raw = new RawSession();
        await raw.OpenAsync(1);

        await raw.Wire.SendAsync(YamuxType.Data, YamuxFlags.None, 1, length: uint.MaxValue);

        await AssertFault(raw, WireFault.FlowControl);
    }

    [Fact]
    public async Task Window_updates_beyond_32_bits_end_the_session()
    {
        await using var raw = new RawSession();
        await raw.OpenAsync(1);

        await raw.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.None, 1, length: uint.MaxValue);

        await AssertFault(raw, WireFault.FlowControl);
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(uint.MaxValue - 1)]
    public async Task A_stream_id_of_our_own_parity_ends_the_session(uint id)
    {
        await using var raw = new RawSession();

        await raw.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Syn, id);

        await AssertFault(raw, WireFault.BadStreamId);
    }

    [Fact]
    public async Task Opening_a_stream_twice_ends_the_session()
    {
        await using var raw = new RawSession();
        await raw.OpenAsync(1);

        await raw.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Syn, 1);

        await AssertFault(raw, WireFault.BadStreamId);
    }

    [Fact]
    public async Task Streams_beyond_the_limit_are_reset_and_the_others_live_on()
    {
        await using var raw = new RawSession(new YamuxLimits { MaxInboundStreams = 2 });
        var first = await raw.OpenAsync(1);
        await raw.OpenAsync(3);

        for (uint id = 5; id < 1005; id += 2) await raw.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Syn, id);

        var reset = await raw.Wire.UntilAsync(h => h.Has(YamuxFlags.Rst));
        Assert.Equal(5u, reset.StreamId);
        await raw.Wire.SendAsync(YamuxType.Data, YamuxFlags.None, 1, new byte[] { 42 });
        var buffer = new byte[1];
        await first.ReadExactlyAsync(buffer).AsTask().Within("the first stream's byte");
        Assert.Equal(42, buffer[0]);
    }

    [Fact]
    public async Task Pings_without_end_from_a_peer_that_reads_nothing_end_the_session()
    {
        await using var raw = new RawSession(capacity: 4096);
        var flood = new byte[YamuxHeader.Size * 1000];
        for (var i = 0; i < 1000; i++)
            new YamuxHeader(YamuxType.Ping, YamuxFlags.Syn, 0, (uint)i).Write(flood.AsSpan(i * YamuxHeader.Size));

        var flooding = Task.Run(async () =>
        {
            try
            {
                while (raw.Session.End is null) await raw.Wire.SendRawAsync(flood);
            }
            catch (InvalidOperationException)
            {
                // The session has closed its end of the pipe.
            }
        });

        await AssertFault(raw, WireFault.ControlFlood);
        await flooding.Within("the flood to end");
    }

    [Fact]
    public async Task Frames_for_streams_that_were_never_opened_are_dropped()
    {
        await using var raw = new RawSession();

        await raw.Wire.SendAsync(YamuxType.Data, YamuxFlags.None, 99, new byte[1000]);
        await raw.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Fin, 99);
        await raw.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Rst, 99);
        await raw.Wire.SendAsync(YamuxType.Ping, YamuxFlags.Syn, 0, length: 7);

        var answer = await raw.Wire.NextAsync();
        Assert.Equal(new YamuxHeader(YamuxType.Ping, YamuxFlags.Ack, 0, 7), answer);
    }

    [Fact]
    public async Task Data_that_comes_with_a_fin_is_read_before_the_end()
    {
        await using var raw = new RawSession();
        var stream = await raw.OpenAsync(1);

        await raw.Wire.SendAsync(YamuxType.Data, YamuxFlags.Fin, 1, new byte[] { 1, 2, 3 });

        var all = new MemoryStream();
        await stream.CopyToAsync(all).Within("the end");
        Assert.Equal([1, 2, 3], all.ToArray());
    }

    [Fact]
    public async Task A_reset_after_a_fin_is_no_fault()
    {
        await using var raw = new RawSession();
        var stream = await raw.OpenAsync(1);
        await raw.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Fin, 1);
        await raw.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Rst, 1);
        await raw.Wire.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Fin, 1);
        await raw.Wire.SendAsync(YamuxType.Ping, YamuxFlags.Syn, 0, length: 1);

        await raw.Wire.UntilAsync(h => h.Type == YamuxType.Ping);

        Assert.Null(raw.Session.End);
        await Assert.ThrowsAsync<IOException>(async () => await stream.WriteAsync(new byte[1]));
    }

    [Fact]
    public async Task A_fin_is_never_followed_by_a_reset_while_the_other_side_may_still_read()
    {
        await using var raw = new RawSession();
        var stream = await raw.OpenAsync(1);
        await stream.WriteAsync(new byte[10]);
        await stream.DisposeAsync();
        await raw.Wire.UntilAsync(h => h.Has(YamuxFlags.Fin));

        raw.Session.ReapLingering();
        await raw.Wire.SendAsync(YamuxType.Ping, YamuxFlags.Syn, 0, length: 1);

        Assert.Equal(YamuxType.Ping, (await raw.Wire.NextAsync()).Type);
    }

    [Fact]
    public async Task A_stream_that_the_other_side_never_closes_is_reset_after_the_linger_time()
    {
        await using var raw = new RawSession(new YamuxLimits { Linger = TimeSpan.Zero });
        var stream = await raw.OpenAsync(1);
        await stream.DisposeAsync();

        raw.Session.ReapLingering();

        await raw.Wire.UntilAsync(h => h.Has(YamuxFlags.Rst));
    }

    [Fact]
    public async Task A_farewell_ends_the_session_as_closed_by_the_other_side()
    {
        await using var raw = new RawSession();

        await raw.Wire.SendAsync(YamuxType.GoAway, YamuxFlags.None, 0);

        Assert.Equal(SessionEnd.RemoteClosed, await raw.WhenEndedAsync());
    }

    private static async Task AssertFault(RawSession raw, WireFault fault)
    {
        Assert.Equal(SessionEnd.ProtocolViolation, await raw.WhenEndedAsync());
        Assert.Equal(fault, Assert.IsType<WireException>(raw.Session.Cause).Fault);
    }
}
