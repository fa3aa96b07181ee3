using Ledger.Network.Streams;

namespace Ledger.Network.Tests.Streams;

public sealed class FrameDecoderTests
{
    [Fact]
    public void However_the_bytes_are_split_the_frames_are_the_same()
    {
        var random = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var sent = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Bytes(random, random.Next(400))).ToList();
            var input = sent.SelectMany(Encode).ToArray();
            var decoder = new FrameDecoder(1024);
            var received = new List<byte[]>();

            for (var at = 0; at < input.Length;)
            {
                var take = Math.Min(random.Next(1, 60), input.Length - at);
                received.AddRange(Decode(decoder, input.AsSpan(at, take)));
                at += take;
            }

            Assert.Equal(sent, received);
            Assert.True(decoder.IsBetweenFrames);
        }
    }

    [Fact]
    public void A_frame_beyond_the_limit_is_refused_by_its_length_alone()
    {
        var decoder = new FrameDecoder(1000);

        var fault = Assert.Throws<WireException>(() => Decode(decoder, [0xe9, 0x07]));

        Assert.Equal(WireFault.FrameTooLarge, fault.Fault);
    }

    [Fact]
    public void A_frame_at_the_limit_is_taken() =>
        Assert.Equal(1000, Assert.Single(Decode(new FrameDecoder(1000), Encode(new byte[1000]))).Length);

    [Fact]
    public void An_announced_length_costs_no_memory_before_its_bytes_come()
    {
        const int Limit = 1 << 30;
        var header = new byte[UVarint.MaxSize];
        var size = UVarint.Write(header, Limit);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Decode(new FrameDecoder(Limit), header.AsSpan(0, size));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1024 * 1024);
    }

    [Fact]
    public void Random_bytes_end_in_nothing_but_a_wire_fault()
    {
        var random = new Random(12);
        for (var i = 0; i < 10_000; i++)
        {
            try
            {
                Decode(new FrameDecoder(4096), Bytes(random, random.Next(64)));
            }
            catch (WireException)
            {
                // The one exception that hostile bytes may cause.
            }
        }
    }

    private static byte[] Encode(byte[] frame)
    {
        var header = new byte[UVarint.MaxSize];
        return [.. header.AsSpan(0, UVarint.Write(header, frame.Length)), .. frame];
    }

    private static List<byte[]> Decode(FrameDecoder decoder, ReadOnlySpan<byte> input)
    {
        var frames = new List<byte[]>();
        while (decoder.TryRead(ref input, out var frame)) frames.Add(frame);
        Assert.True(input.IsEmpty);
        return frames;
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
