using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ledger.Core.Grpc;

namespace Ledger.Core.Tests.Grpc;

public sealed class GrpcFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_000)]
    [InlineData(17_000)]
    [InlineData(300_000)]
    public void A_written_message_is_read_back_from_any_segmentation(int size)
    {
        var message = new BytesValue { Value = ByteString.CopyFrom(Noise(size)) };
        var output = new ArrayBufferWriter<byte>();

        var written = GrpcFrame.Write(output, message);

        Assert.Equal(output.WrittenCount, written);
        foreach (var segment in new[] { 1, 3, 4096, written })
        {
            if (written / segment > 20_000) continue;
            var input = Segments(output.WrittenMemory, segment);
            var result = GrpcFrame.Read(input, 1 << 20, out var compressed, out var body);
            Assert.Equal(GrpcFrameResult.Complete, result);
            Assert.False(compressed);
            Assert.Equal(message, BytesValue.Parser.ParseFrom(body));
            Assert.True(input.Slice(body.End).IsEmpty);
        }
    }

    [Fact]
    public void Every_cut_short_frame_is_incomplete()
    {
        var output = new ArrayBufferWriter<byte>();
        GrpcFrame.Write(output, new StringValue { Value = "hello" });

        for (var length = 0; length < output.WrittenCount; length++)
        {
            var input = new ReadOnlySequence<byte>(output.WrittenMemory[..length]);
            Assert.Equal(GrpcFrameResult.Incomplete, GrpcFrame.Read(input, 100, out _, out _));
        }
    }

    [Theory]
    [InlineData(100u, GrpcFrameResult.Incomplete)]
    [InlineData(101u, GrpcFrameResult.TooLarge)]
    [InlineData(0x7fffffffu, GrpcFrameResult.TooLarge)]
    [InlineData(0xffffffffu, GrpcFrameResult.TooLarge)]
    public void A_length_is_judged_before_its_message_arrives(uint length, GrpcFrameResult expected)
    {
        var header = new byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(1), length);

        Assert.Equal(expected, GrpcFrame.Read(new ReadOnlySequence<byte>(header), 100, out _, out _));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0x80)]
    [InlineData(255)]
    public void A_flag_other_than_0_and_1_is_malformed_at_the_first_byte(byte flag) => Assert.Equal(
        GrpcFrameResult.Malformed, GrpcFrame.Read(new ReadOnlySequence<byte>([flag]), 100, out _, out _));

    [Fact]
    public void A_message_that_shrinks_is_sent_compressed_and_noise_as_it_is()
    {
        foreach (var (value, shrinks) in new[] { (new byte[10_000], true), (Noise(10_000), false), ([], false) })
        {
            var message = new BytesValue { Value = ByteString.CopyFrom(value) };
            var output = new ArrayBufferWriter<byte>();

            GrpcFrame.WriteGzip(output, message);
            var input = new ReadOnlySequence<byte>(output.WrittenMemory);
            Assert.Equal(GrpcFrameResult.Complete, GrpcFrame.Read(input, 1 << 20, out var compressed, out var body));

            Assert.Equal(shrinks, compressed);
            var plain = body.ToArray();
            if (compressed) Assert.Equal(InflateResult.Ok, GrpcCompression.Inflate(body, 1 << 20, out plain));
            Assert.Equal(message, BytesValue.Parser.ParseFrom(plain));
        }
    }

    [Theory]
    [InlineData(99_999, InflateResult.TooLarge)]
    [InlineData(100_000, InflateResult.Ok)]
    public void What_expands_beyond_the_limit_is_refused(int limit, InflateResult expected)
    {
        var packed = new ReadOnlySequence<byte>(GrpcCompression.Deflate(new byte[100_000]));

        Assert.Equal(expected, GrpcCompression.Inflate(packed, limit, out var plain));
        Assert.Equal(expected == InflateResult.Ok, plain is not null);
    }

    [Fact]
    public void Seeded_mutations_of_frames_and_gzip_never_throw_and_never_exceed_the_limit()
    {
        const int limit = 4096;
        var random = new Random(20_26);
        var seed = new ArrayBufferWriter<byte>();
        GrpcFrame.WriteGzip(seed, new BytesValue { Value = ByteString.CopyFrom(new byte[3000]) });
        GrpcFrame.Write(seed, new StringValue { Value = "second" });
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Mutate(seed.WrittenSpan, random);
            var input = Segments(bytes, random.Next(1, 64));
            while (GrpcFrame.Read(input, limit, out var compressed, out var body) == GrpcFrameResult.Complete)
            {
                Assert.InRange(body.Length, 0, limit);
                if (compressed && GrpcCompression.Inflate(body, limit, out var plain) == InflateResult.Ok)
                    Assert.InRange(plain!.Length, 0, limit);
                input = input.Slice(body.End);
            }
        }
    }

    private static byte[] Mutate(ReadOnlySpan<byte> seed, Random random)
    {
        var bytes = seed.ToArray();
        for (var i = random.Next(1, 6); i > 0; i--)
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(4) : (byte)random.Next(256);
        return random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static ReadOnlySequence<byte> Segments(ReadOnlyMemory<byte> bytes, int size)
    {
        Segment? first = null, last = null;
        for (var at = 0; at < bytes.Length || first is null; at += size)
        {
            var part = bytes.Slice(at, Math.Min(size, bytes.Length - at));
            last = new Segment(part, last);
            first ??= last;
        }

        return new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null) return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
