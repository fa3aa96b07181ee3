using Ledger.Network.Muxing;
using Ledger.Network.Streams;

namespace Ledger.Network.Tests.Muxing;

public sealed class YamuxFuzzTests
{
    private const int Inputs = 20_000;

    [Fact]
    public void Mutated_sessions_end_in_nothing_but_a_wire_fault()
    {
        var random = new Random(20260);
        for (var i = 0; i < Inputs; i++)
        {
            var input = ValidFrames(random);
            Mutate(input, random);
            var limits = new YamuxLimits { MaxInboundStreams = 8 };
            using var session = new YamuxSession(
                Stream.Null, isDialer: false, limits, s => s.Id % 3 != 0, TimeProvider.System);
            var decoder = new YamuxDecoder(session);
            try
            {
                FeedInPieces(decoder, input, random);
            }
            catch (WireException)
            {
                // The one exception that hostile bytes may cause.
            }
        }
    }

    [Fact]
    public void However_the_bytes_are_split_the_frames_are_the_same()
    {
        var random = new Random(20261);
        for (var i = 0; i < 2_000; i++)
        {
            var input = ValidFrames(random);
            var (whole, pieces) = (new Recorder(), new Recorder());

            new YamuxDecoder(whole).Feed(input);
            FeedInPieces(new YamuxDecoder(pieces), input, random);

            Assert.Equal(whole.Headers, pieces.Headers);
            Assert.Equal(whole.Body.ToArray(), pieces.Body.ToArray());
        }
    }

    private static byte[] ValidFrames(Random random)
    {
        var output = new MemoryStream();
        var header = new byte[YamuxHeader.Size];
        for (var frames = random.Next(1, 12); frames > 0; frames--)
        {
            var type = (YamuxType)random.Next(3);
            var body = type == YamuxType.Data ? new byte[random.Next(200)] : [];
            var length = type == YamuxType.Data ? (uint)body.Length : (uint)random.Next(1 << 16);
            var id = type == YamuxType.Ping ? 0 : (uint)(1 + 2 * random.Next(5));
            new YamuxHeader(type, (YamuxFlags)random.Next(16), id, length).Write(header);
            output.Write(header);
            output.Write(body);
        }

        return output.ToArray();
    }

    private static void Mutate(byte[] input, Random random)
    {
        for (var changes = random.Next(6); changes > 0; changes--)
            input[random.Next(input.Length)] = (byte)random.Next(256);
    }

    private static void FeedInPieces(YamuxDecoder decoder, byte[] input, Random random)
    {
        for (var at = 0; at < input.Length;)
        {
            var take = Math.Min(random.Next(1, 40), input.Length - at);
            decoder.Feed(input.AsSpan(at, take));
            at += take;
        }
    }

    private sealed class Recorder : IYamuxFrames
    {
        public List<YamuxHeader> Headers { get; } = [];

        public MemoryStream Body { get; } = new();

        public void OnHeader(in YamuxHeader header) => Headers.Add(header);

        public void OnBody(ReadOnlySpan<byte> piece) => Body.Write(piece);

        public void OnFrameEnd(in YamuxHeader header) => Headers.Add(header);
    }
}
