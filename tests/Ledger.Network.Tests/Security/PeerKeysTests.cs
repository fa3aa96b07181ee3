using System.Numerics;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Ledger.Network.Security;

namespace Ledger.Network.Tests.Security;

public sealed class PeerKeysTests
{
    private static readonly byte[] Digest = SHA256.HashData("a message"u8);

    [Theory]
    // The multiples 1, 2 and 3 of the generator, SEC 2 and common knowledge.
    [InlineData(1, "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    [InlineData(2, "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")]
    [InlineData(3, "02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9")]
    public void The_public_key_of_a_small_secret_is_known(byte secret, string publicKey)
    {
        using var identity = PeerIdentity.FromSecretKey(Scalar(secret));

        Assert.Equal(publicKey, Convert.ToHexStringLower(identity.PublicKey));
    }

    [Fact]
    public void A_known_signature_of_another_implementation_is_accepted()
    {
        // Deterministic ECDSA (RFC 6979) of secret 1 over SHA-256("Satoshi Nakamoto"), as Bitcoin libraries test it.
        var signature = Convert.FromHexString(
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8" +
            "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
        using var identity = PeerIdentity.FromSecretKey(Scalar(1));

        Assert.True(PeerKeys.Verify(identity.PublicKey, SHA256.HashData("Satoshi Nakamoto"u8), signature));
        Assert.False(PeerKeys.Verify(identity.PublicKey, SHA256.HashData("satoshi nakamoto"u8), signature));
    }

    [Fact]
    public void A_signature_has_low_s_and_its_high_s_twin_is_accepted_too()
    {
        using var identity = PeerIdentity.Generate();
        for (var i = 0; i < 50; i++)
        {
            var signature = identity.SignDigest(Digest);
            var s = new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
            Assert.True(s <= Secp256k1.Order / 2);

            var twin = signature.ToArray();
            (Secp256k1.Order - s).ToByteArray(isUnsigned: true, isBigEndian: true).CopyTo(twin, 32);
            Assert.True(PeerKeys.Verify(identity.PublicKey, Digest, signature));
            Assert.True(PeerKeys.Verify(identity.PublicKey, Digest, twin));
        }
    }

    [Fact]
    public void A_changed_signature_digest_or_key_is_refused()
    {
        using var identity = PeerIdentity.Generate();
        using var other = PeerIdentity.Generate();
        var signature = identity.SignDigest(Digest);
        var changed = signature.ToArray();
        changed[10] ^= 1;

        Assert.False(PeerKeys.Verify(identity.PublicKey, Digest, changed));
        Assert.False(PeerKeys.Verify(identity.PublicKey, SHA256.HashData("another"u8), signature));
        Assert.False(PeerKeys.Verify(other.PublicKey, Digest, signature));
        Assert.False(PeerKeys.Verify(identity.PublicKey, Digest, new byte[64]));
        Assert.False(PeerKeys.Verify(identity.PublicKey, Digest, signature.AsSpan(0, 63)));
        Assert.False(PeerKeys.Verify(identity.PublicKey, Digest.AsSpan(0, 31), signature));
        Assert.False(PeerKeys.Verify(new byte[33], Digest, signature));
    }

    [Theory]
    [InlineData("04" + "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")] // another encoding
    [InlineData("02" + "0000000000000000000000000000000000000000000000000000000000000005")] // 5^3 + 7 is no square
    [InlineData("02" + "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f")] // the prime itself
    [InlineData("02" + "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f817")] // too short
    public void Bytes_that_are_no_point_are_no_public_key(string hex) =>
        Assert.False(PeerKeys.IsPublicKey(Convert.FromHexString(hex)));

    [Fact]
    public void Scalars_outside_the_group_are_no_secret_keys()
    {
        Assert.Throws<ArgumentException>(() => PeerIdentity.FromSecretKey(new byte[32]));
        Assert.Throws<ArgumentException>(() => PeerIdentity.FromSecretKey(Enumerable.Repeat((byte)0xff, 32).ToArray()));
        Assert.Throws<ArgumentException>(() => PeerIdentity.FromSecretKey(new byte[31]));
    }

    [Fact]
    public void Der_survives_the_round_trip() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), seed =>
        {
            byte[] signature = [.. SHA256.HashData(seed ?? []), .. SHA256.HashData([1, .. seed ?? []])];
            if (seed is [.., var zeros]) signature.AsSpan(0, zeros % 33).Clear();
            var back = new byte[64];
            return PeerKeys.TryFromDer(PeerKeys.ToDer(signature), back) && signature.AsSpan().SequenceEqual(back);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("3006020101020101ff")] // trailing bytes
    [InlineData("30070202000102010100")] // an integer that is not minimal
    [InlineData("3006020181020101")] // a negative integer
    [InlineData("3009020101020101020101")] // three integers
    [InlineData("3003020101")] // one integer
    public void Der_that_is_not_two_unsigned_integers_is_refused(string hex) =>
        Assert.False(PeerKeys.TryFromDer(Convert.FromHexString(hex), new byte[64]));

    private static byte[] Scalar(byte value)
    {
        var scalar = new byte[32];
        scalar[31] = value;
        return scalar;
    }
}
