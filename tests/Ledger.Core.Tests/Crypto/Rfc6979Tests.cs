using System.Security.Cryptography;
using Ledger.Core.Crypto.Secp256k1;

namespace Ledger.Core.Tests.Crypto;

/// <summary>
/// The nonces and signatures that secp256k1 libraries share as known answers for RFC 6979 with SHA-256.
/// </summary>
public sealed class Rfc6979Tests
{
    private const string One = "0000000000000000000000000000000000000000000000000000000000000001";
    private const string Largest = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";

    public static TheoryData<string, string, string, string, string> KnownAnswers => new()
    {
        {
            "cca9fbcc1b41e5a95d369eaa6ddcff73b61a4efaa279cfc6567e8daa39cbaf50", "sample",
            "2df40ca70e639d89528a6b670d9d48d9165fdc0febc0974056bdce192b8e16a3",
            "af340daf02cc15c8d5d08d7735dfe6b98a474ed373bdb5fbecf7571be52b3842",
            "5009fb27f37034a9b24b707b7c6b79ca23ddef9e25f7282e8a797efe53a8f124"
        },
        {
            One, "Satoshi Nakamoto",
            "8f8a276c19f4149656b280621e358cce24f5f52542772691ee69063b74f15d15",
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
            "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
        },
        {
            Largest, "Satoshi Nakamoto",
            "33a19b60e25fb6f4435af53a3d42d493644827367e6453928554f43e49aa6f90",
            "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0",
            "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5"
        },
        {
            "f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
            "525a82b70e67874398067543fd84c83d30c175fdc45fdeee082fe13b1d7cfdf1",
            "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c",
            "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea"
        },
        {
            One, "All those moments will be lost in time, like tears in rain. Time to die...",
            "38aa22d72376b4dbc472e06c3ba403ee0a394da63fc58d88686c611aba98d6b3",
            "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b",
            "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void The_nonce_is_the_known_one(string secret, string message, string nonce, string r, string s)
    {
        _ = (r, s);
        var digest = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(message));
        var nonces = new Rfc6979Nonces(Suites.Hex(secret), digest, new byte[64]);

        var first = new byte[32];
        nonces.Next(first);

        Assert.Equal(nonce, Convert.ToHexStringLower(first));
    }

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Both_back_ends_make_the_known_signature(string secret, string message, string nonce, string r, string s)
    {
        _ = nonce;
        var digest = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(message));

        foreach (var suite in new[] { Suites.Native, Suites.Managed })
        {
            var signature = new byte[64];
            suite.SignDigest(Suites.Hex(secret), digest, signature);

            Assert.Equal(r + s, Convert.ToHexStringLower(signature));
        }
    }

    [Fact]
    public void Later_nonces_differ_from_the_first_and_stay_below_the_order()
    {
        var nonces = new Rfc6979Nonces(Suites.Hex(One), new byte[32], new byte[64]);
        var seen = new HashSet<string>();

        for (var i = 0; i < 16; i++)
        {
            var nonce = new byte[32];
            nonces.Next(nonce);
            Assert.True(Secp256k1Scalar.IsValid(nonce));
            Assert.True(seen.Add(Convert.ToHexString(nonce)));
        }
    }
}
