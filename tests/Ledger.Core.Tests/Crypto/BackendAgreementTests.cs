using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Ledger.Core.Crypto;
using Ledger.Core.Crypto.Secp256k1;

namespace Ledger.Core.Tests.Crypto;

/// <summary>
/// Both back ends make equal signatures and give equal verdicts, on honest, altered and extreme inputs.
/// </summary>
public sealed class BackendAgreementTests
{
    private static readonly BigInteger N = Secp256k1Field.Order;

    // Around the bounds of every range rule: 0, the halves, the order, the modulus, 2^256 - 1.
    private static readonly byte[][] ExtremeScalars =
    [
        .. new[]
        {
            0, 1, 2, (N / 2) - 1, N / 2, (N / 2) + 1, N - 2, N - 1, N, N + 1, Secp256k1Field.Modulus - 1,
            Secp256k1Field.Modulus, Secp256k1Field.Modulus + 1, (BigInteger.One << 256) - 1,
        }.Select(Bytes),
    ];

    /// <summary>One way to alter a signature, its key or its digest.</summary>
    public enum Alteration
    {
        None,
        BitOfSignature,
        BitOfDigest,
        BitOfKey,
        NegatedS,
        NegatedR,
        Truncated,
        Extended,
        ExtremeR,
        ExtremeS,
        Random,
        OtherKey,
    }

    private static Gen<byte[]> RandomBytes(int count) => Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(count);

    private static Arbitrary<Trial> Trials =>
        (from secret in Gen.OneOf(RandomBytes(32), Gen.Elements(ExtremeScalars))
         from digest in Gen.OneOf(RandomBytes(32), Gen.Elements(ExtremeScalars))
         from noise in RandomBytes(64)
         from alteration in Gen.Elements(Enum.GetValues<Alteration>())
         from place in Gen.Choose(0, 511)
         select new Trial(secret, digest, noise, alteration, place)).ToArbitrary();

    [Fact]
    public void They_agree_on_random_and_altered_inputs()
    {
        var accepted = 0;
        var refused = 0;

        Prop.ForAll(Trials, c =>
        {
            var verdict = Verdict(c);
            if (verdict) accepted++;
            else refused++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

        Assert.True(accepted > 80, $"only {accepted} cases were accepted");
        Assert.True(refused > 1000, $"only {refused} cases were refused");
    }

    [Fact]
    public void They_refuse_every_pair_of_extreme_scalars_as_a_signature()
    {
        var generator = Suites.Managed.CreateSigner(Bytes(1)).PublicKey.Encoded.ToArray();
        var digest = Bytes(12345);

        foreach (var r in ExtremeScalars)
        {
            foreach (var s in ExtremeScalars) Assert.False(AgreedVerdict(generator, digest, [.. r, .. s]));
        }
    }

    [Fact]
    public void They_agree_on_the_published_edge_cases()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Crypto", "Vectors", "secp256k1-edge-cases.txt");
        var lines = File.ReadLines(path)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' ', 5))
            .ToList();

        Assert.Equal(78, lines.Count);
        foreach (var fields in lines)
        {
            var (key, digest, signature) = (Suites.Hex(fields[1]), Suites.Hex(fields[2]), Suites.Hex(fields[3]));
            Assert.Equal(fields[0] == "accept", AgreedVerdict(key, digest, signature));
            Assert.False(AgreedVerdict(key, digest, Negate(signature, half: 1)), "high-s of " + fields[4]);
        }
    }

    [Fact]
    public void They_agree_on_every_small_abscissa()
    {
        var points = 0;
        for (var x = 0; x < 300; x++)
        {
            foreach (var prefix in new byte[] { 2, 3 })
            {
                byte[] encoded = [prefix, .. Bytes(x)];
                if (AgreedParse(encoded) is not null) points++;
            }
        }

        Assert.InRange(points, 200, 400);
    }

    [Fact]
    public void A_key_parsed_by_one_back_end_serves_the_other()
    {
        var signer = Suites.Native.CreateSigner(Bytes(77));
        var signature = signer.Sign(DomainTag.Header, "a header"u8);

        Assert.True(Suites.Managed.Verify(signer.PublicKey, DomainTag.Header, "a header"u8, signature));
        var managed = Suites.Managed.Parse(signer.PublicKey.Encoded);
        Assert.True(Suites.Native.Verify(managed, DomainTag.Header, "a header"u8, signature));
        Assert.Equal(managed, signer.PublicKey);
    }

    private static bool Verdict(Trial c)
    {
        if (!Secp256k1Scalar.IsValid(c.Secret))
        {
            Assert.Throws<ArgumentException>(() => Suites.Native.CreateSigner(c.Secret));
            Assert.Throws<ArgumentException>(() => Suites.Managed.CreateSigner(c.Secret));
            return false;
        }

        var key = Suites.Native.CreateSigner(c.Secret).PublicKey.Encoded.ToArray();
        Assert.Equal(key, Suites.Managed.CreateSigner(c.Secret).PublicKey.Encoded.ToArray());
        var signature = new byte[64];
        Suites.Native.SignDigest(c.Secret, c.Digest, signature);
        var other = new byte[64];
        Suites.Managed.SignDigest(c.Secret, c.Digest, other);
        Assert.Equal(signature, other);

        var (alteredKey, alteredDigest, alteredSignature) = c.Alter(key, signature);
        var verdict = AgreedVerdict(alteredKey, alteredDigest, alteredSignature);
        if (c.Alteration == Alteration.None) Assert.True(verdict);
        if (c.Alteration is Alteration.NegatedS or Alteration.Truncated or Alteration.Extended) Assert.False(verdict);
        return verdict;
    }

    private static byte[]? AgreedParse(byte[] encoded)
    {
        var native = Suites.Native.TryParsePublicKey(encoded, out var key);
        var managed = Suites.Managed.TryParsePublicKey(encoded, out var other);
        Assert.Equal(native, managed);
        Assert.Equal(key, other);
        return key?.Encoded.ToArray();
    }

    private static bool AgreedVerdict(byte[] key, byte[] digest, byte[] signature)
    {
        if (AgreedParse(key) is null) return false;
        var native = Suites.Native.VerifyDigest(Suites.Native.Parse(key), digest, signature);
        var managed = Suites.Managed.VerifyDigest(Suites.Managed.Parse(key), digest, signature);
        Assert.Equal(native, managed);
        return native;
    }

    private static byte[] Negate(byte[] signature, int half)
    {
        var result = signature.ToArray();
        var part = result.AsSpan(half * 32, 32);
        var value = Secp256k1Field.Read(part) % N;
        Secp256k1Field.Write((N - value) % N, part);
        return result;
    }

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = new byte[32];
        Secp256k1Field.Write(value, bytes);
        return bytes;
    }

    /// <summary>A secret, a digest, and what is done to the signature.</summary>
    public sealed record Trial(byte[] Secret, byte[] Digest, byte[] Noise, Alteration Alteration, int Place)
    {
        internal (byte[] Key, byte[] Digest, byte[] Signature) Alter(byte[] key, byte[] signature)
        {
            var extreme = ExtremeScalars[Place % ExtremeScalars.Length];
            return Alteration switch
            {
                Alteration.BitOfSignature => (key, Digest, Flip(signature)),
                Alteration.BitOfDigest => (key, Flip(Digest), signature),
                Alteration.BitOfKey => (Flip(key), Digest, signature),
                Alteration.NegatedS => (key, Digest, Negate(signature, half: 1)),
                Alteration.NegatedR => (key, Digest, Negate(signature, half: 0)),
                Alteration.Truncated => (key, Digest, signature[..(Place % 64)]),
                Alteration.Extended => (key, Digest, [.. signature, .. Noise[..((Place % 64) + 1)]]),
                Alteration.ExtremeR => (key, Digest, [.. extreme, .. signature[32..]]),
                Alteration.ExtremeS => (key, Digest, [.. signature[..32], .. extreme]),
                Alteration.Random => (key, Digest, Noise),
                Alteration.OtherKey => ([(byte)(2 + (Place & 1)), .. Noise[..32]], Digest, signature),
                _ => (key, Digest, signature),
            };
        }

        private byte[] Flip(byte[] bytes)
        {
            var result = bytes.ToArray();
            result[Place / 8 % result.Length] ^= (byte)(1 << (Place % 8));
            return result;
        }
    }
}
