using Google.Protobuf;

namespace Ledger.Core.Tests.Formats;

/// <summary>
/// Every decoder under mutation, with protoc's parser as an independent judge: what is accepted must be the one
/// canonical encoding of its value, by our encoder and by theirs.
/// </summary>
public sealed class FormatFuzzTests
{
    private const int Rounds = 4000;

    public static TheoryData<string> Names => [.. FormatCodec.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_sample_is_canonical_by_both_encoders(string name)
    {
        var format = FormatCodec.Named(name);

        Assert.Equal(format.Sample, format.Recode(format.Sample));
        Assert.Equal(format.Sample, format.Oracle.ParseFrom(format.Sample).ToByteArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_prefix_is_refused_or_canonical(string name)
    {
        var format = FormatCodec.Named(name);
        for (var length = 0; length < format.Sample.Length; length++) AssertSound(format, format.Sample[..length]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trailing_byte_or_field_is_refused(string name)
    {
        var format = FormatCodec.Named(name);

        Assert.Null(format.Recode([.. format.Sample, 0]));
        Assert.Null(format.Recode([.. format.Sample, 0xf8, 0x01, 0x01]));
        Assert.Null(format.Recode([.. format.Sample, 0xfa, 0x01, 0x00]));
        AssertSound(format, [.. format.Sample, .. format.Sample]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Mutated_bytes_are_refused_or_canonical(string name)
    {
        var format = FormatCodec.Named(name);
        var random = new Prng((ulong)FormatCodec.All.ToList().IndexOf(format) + 1);
        for (var round = 0; round < Rounds; round++) AssertSound(format, Mutate(format.Sample, random));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bytes_without_sense_are_refused_or_canonical(string name)
    {
        var format = FormatCodec.Named(name);
        var random = new Prng(99);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Below(64)];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.Below(256);
            AssertSound(format, bytes);
        }
    }

    private static void AssertSound(FormatCodec format, byte[] bytes)
    {
        var recoded = format.Recode(bytes);
        if (recoded is null) return;
        Assert.Equal(bytes, recoded);
        Assert.Equal(bytes, format.Oracle.WithDiscardUnknownFields(true).ParseFrom(bytes).ToByteArray());
    }

    private static byte[] Mutate(byte[] sample, Prng random)
    {
        var bytes = new List<byte>(sample);
        for (var n = random.Below(3); n >= 0; n--)
        {
            var at = random.Below(bytes.Count);
            var length = Math.Min(1 + random.Below(40), bytes.Count - at);
            switch (random.Below(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Below(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Below(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Below(bytes.Count - length + 1), length));
                    break;
                case 4:
                    bytes.Insert(at, (byte)random.Below(256));
                    break;
                default:
                    // A padded varint in place of whatever stands here.
                    bytes[at] |= 0x80;
                    bytes.Insert(at + 1, 0x00);
                    break;
            }

            if (bytes.Count == 0) break;
        }

        return [.. bytes];
    }
}
