using System.Buffers.Binary;
using Ledger.Network.Security;
using Ledger.Network.Tests.Support;

namespace Ledger.Network.Tests.Peers;

public sealed class MessagingTests
{
    [Fact]
    public async Task Two_nodes_exchange_frames_in_both_directions()
    {
        await using var pair = await Pair.StartAsync();

        Assert.True(pair.Client.Network.TrySend(pair.Server.Id, TestNode.Messages, "hello"u8.ToArray()));
        var (from, frame) = await pair.Server.NextFrame();
        Assert.True(pair.Server.Network.TrySend(pair.Client.Id, TestNode.Messages, "and back"u8.ToArray()));
        var (_, answer) = await pair.Client.NextFrame();

        Assert.Equal(pair.Client.Id, from);
        Assert.Equal("hello"u8.ToArray(), frame.ToArray());
        Assert.Equal("and back"u8.ToArray(), answer.ToArray());
    }

    [Fact]
    public async Task Frames_of_every_size_arrive_whole_and_in_order()
    {
        await using var pair = await Pair.StartAsync();
        int[] sizes = [0, 1, 127, 128, 16_383, 16_384, 65_530, 65_536, 262_144, 1_000_000, 4 * 1024 * 1024, 3];
        var random = new Random(7);
        var sent = sizes.Select(size =>
        {
            var frame = new byte[size];
            random.NextBytes(frame);
            return frame;
        }).ToList();

        foreach (var frame in sent)
            Assert.True(pair.Client.Network.TrySend(pair.Server.Id, TestNode.Messages, frame));

        foreach (var frame in sent)
        {
            var (_, received) = await pair.Server.NextFrame();
            Assert.True(frame.AsSpan().SequenceEqual(received.Span), $"the frame of {frame.Length} bytes differs");
        }
    }

    [Fact]
    public async Task Many_small_frames_keep_their_order()
    {
        const int Count = 10_000;
        await using var pair = await Pair.StartAsync();

        for (var i = 0; i < Count; i++)
        {
            var frame = new byte[200];
            BinaryPrimitives.WriteInt32LittleEndian(frame, i);
            Assert.True(pair.Client.Network.TrySend(pair.Server.Id, TestNode.Messages, frame));
        }

        for (var i = 0; i < Count; i++)
        {
            var (_, frame) = await pair.Server.NextFrame();
            Assert.Equal(i, BinaryPrimitives.ReadInt32LittleEndian(frame.Span));
        }
    }

    [Fact]
    public async Task A_frame_to_a_peer_that_is_not_connected_is_dropped_and_counted()
    {
        await using var pair = await Pair.StartAsync();
        var absent = PeerId.FromPublicKey(PeerIdentity.Generate().PublicKey);

        Assert.False(pair.Client.Network.TrySend(absent, TestNode.Messages, new byte[1]));

        Assert.Equal(1, pair.Client.Meters["ledger.network.frames.dropped/not_connected"]);
    }
}
