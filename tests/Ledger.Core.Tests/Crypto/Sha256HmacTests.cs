using Ledger.Core.Crypto;

namespace Ledger.Core.Tests.Crypto;

public sealed class Sha256HmacTests
{
    // RFC 4231, sections 4.2 to 4.5 and 4.7: keys of several lengths, one of them beyond a block.
    public static TheoryData<string, string, string> Vectors => new()
    {
        {
            Repeat("0b", 20), Hex("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        },
        {
            Hex("Jefe"), Hex("what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        },
        {
            Repeat("aa", 20), Repeat("dd", 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        },
        {
            "0102030405060708090a0b0c0d0e0f10111213141516171819", Repeat("cd", 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        },
        {
            Repeat("aa", 131), Hex("Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void It_is_that_of_the_rfc(string key, string data, string expected) =>
        Assert.Equal(
            expected,
            Sha256.Instance.Hmac(Convert.FromHexString(key), Convert.FromHexString(data)).ToString());

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Under_a_key_that_was_set_up_it_is_that_of_the_rfc(string key, string data, string expected)
    {
        var keyed = Sha256.Instance.WithKey(Convert.FromHexString(key));

        Assert.Equal(expected, keyed.Hmac(Convert.FromHexString(data)).ToString());
        Assert.Equal(expected, keyed.Hmac(Convert.FromHexString(data)).ToString());
    }

    [Fact]
    public void It_is_that_of_the_framework_at_every_length_around_its_limits()
    {
        var bytes = Enumerable.Range(0, 1200).Select(i => (byte)(i * 7 & 0xff)).ToArray();
        foreach (var key in new[] { 0, 1, 31, 32, 63, 64, 65, 200 })
        {
            var keyed = Sha256.Instance.WithKey(bytes.AsSpan(0, key));
            foreach (var length in new[] { 0, 1, 55, 56, 63, 64, 65, 119, 120, 959, 960, 961, 1023, 1024, 1025, 1199 })
            {
                Assert.Equal(
                    Sha256.HmacManaged(bytes.AsSpan(0, key), bytes.AsSpan(0, length)),
                    keyed.Hmac(bytes.AsSpan(0, length)));
                Assert.Equal(
                    Sha256.HmacManaged(bytes.AsSpan(0, key), bytes.AsSpan(0, length)),
                    Sha256.Instance.Hmac(bytes.AsSpan(0, key), bytes.AsSpan(0, length)));
            }
        }
    }

    [Fact]
    public void The_hash_is_that_of_the_framework_at_every_length_up_to_its_limit_and_wherever_it_is_cut()
    {
        var bytes = Enumerable.Range(0, 1100).Select(i => (byte)(i * 11 & 0xff)).ToArray();
        for (var length = 0; length <= bytes.Length; length++)
        {
            var data = bytes.AsSpan(0, length);
            var cut = length * 5 / 7;
            Assert.Equal(Sha256.HashManaged([], data), Sha256.Instance.Hash(data[..cut], data[cut..]));
        }
    }

    private static string Repeat(string hex, int count) => string.Concat(Enumerable.Repeat(hex, count));

    private static string Hex(string text) => Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(text));
}
