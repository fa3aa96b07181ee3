using FsCheck;
using FsCheck.Fluent;
using Ledger.Core.Grpc;

namespace Ledger.Core.Tests.Grpc;

public sealed class GrpcMessageTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain text!", "plain text!")]
    [InlineData("100%", "100%25")]
    [InlineData("line\r\nbreak", "line%0D%0Abreak")]
    [InlineData(" edges ", "%20edges%20")]
    [InlineData("é", "%C3%A9")]
    [InlineData("证据", "%E8%AF%81%E6%8D%AE")]
    [InlineData("\u007f~", "%7F~")]
    public void Encoding_follows_the_specification(string text, string encoded)
    {
        Assert.Equal(encoded, GrpcMessageText.Encode(text));
        Assert.Equal(text, GrpcMessageText.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("a%", "a%")]
    [InlineData("%41%4", "A%4")]
    [InlineData("%%41", "%A")]
    [InlineData("%c3%a9", "é")]
    [InlineData("%ff!", "\ufffd!")]
    [InlineData("raw é %41", "raw é A")]
    [InlineData("😀%41", "😀A")]
    public void Decoding_keeps_what_it_cannot_decode(string encoded, string text) =>
        Assert.Equal(text, GrpcMessageText.Decode(encoded));

    [Fact]
    public void A_long_message_is_cut_off()
    {
        var encoded = GrpcMessageText.Encode(new string('据', 5000));

        Assert.Equal(GrpcMessageText.MaxLength * 9, encoded.Length);
    }

    [Fact]
    public void Every_text_survives_and_its_encoding_is_printable_ascii() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            // Lone surrogates have no UTF-8 form and may come back as U+FFFD.
            var expected = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text ?? ""));
            if (expected.Length > GrpcMessageText.MaxLength) return true;
            var encoded = GrpcMessageText.Encode(text ?? "");
            return encoded.All(c => c is >= ' ' and <= '~') && GrpcMessageText.Decode(encoded) == expected;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Decoding_never_fails()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(4) switch
            {
                0 => "%",
                1 => ((char)random.Next('0', 'g')).ToString(),
                2 => ((char)random.Next(0x10000)).ToString(),
                _ => "%" + random.Next(256).ToString("x2", null),
            }));

            Assert.NotNull(GrpcMessageText.Decode(text));
        }
    }
}
