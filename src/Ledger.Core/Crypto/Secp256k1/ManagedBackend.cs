using System.Numerics;
using System.Security.Cryptography;

namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>
/// The back end on the framework's ECDSA, for machines without libsecp256k1. The framework multiplies points; what it
/// does not offer (decompression, a chosen nonce, low-s) is integer arithmetic here.
/// </summary>
/// <remarks>
/// Safe for concurrent use. The integers that depend on the secret are not constant-time and not wiped: good enough
/// for a client on its own machine, not for a validator.
/// </remarks>
internal sealed class ManagedBackend : Secp256k1Backend
{
    private const int Size = Secp256k1Scalar.Size;

    // By number, because not every platform knows the curve by the same name.
    private static readonly ECCurve Curve = ECCurve.CreateFromValue("1.3.132.0.10");

    public override bool IsNative => false;

    public override Secp256k1PublicKey? ParsePublicKey(ReadOnlySpan<byte> encoded)
    {
        var y = new byte[Size];
        if (!Secp256k1Field.TryDecompress(encoded[1..], (encoded[0] & 1) != 0, y)) return null;
        return Import(encoded.ToArray(), new ECPoint { X = encoded[1..].ToArray(), Y = y });
    }

    public override Secp256k1PublicKey DerivePublicKey(ReadOnlySpan<byte> secretKey)
    {
        var point = MultiplyGenerator(secretKey);
        var parity = (byte)(2 + (point.Y![^1] & 1));
        return Import([parity, .. point.X!], point);
    }

    public override bool Verify(Secp256k1PublicKey key, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        // A key that the other back end parsed is a point of the curve, so it parses here too.
        var own = key as ManagedPublicKey ?? ParsePublicKey(key.Encoded) as ManagedPublicKey;
        return own is not null && own.Verify(digest, signature);
    }

    public override void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        Span<byte> state = stackalloc byte[2 * Size];
        Span<byte> nonce = stackalloc byte[Size];
        var nonces = new Rfc6979Nonces(secretKey, digest, state);
        do
        {
            nonces.Next(nonce);
        }
        while (!TrySign(secretKey, digest, nonce, signature));

        CryptographicOperations.ZeroMemory(state);
        CryptographicOperations.ZeroMemory(nonce);
    }

    // SEC 1, section 4.1.3. False for r = 0 or s = 0, which nobody will ever see.
    private static bool TrySign(
        ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> nonce, Span<byte> signature)
    {
        var n = Secp256k1Field.Order;
        var r = Secp256k1Field.Read(MultiplyGenerator(nonce).X) % n;
        // n is prime, so that k^(n - 2) is the inverse of k.
        var inverse = BigInteger.ModPow(Secp256k1Field.Read(nonce), n - 2, n);
        var s = (Secp256k1Field.Read(digest) + (r * Secp256k1Field.Read(secretKey))) % n * inverse % n;
        if (r.IsZero || s.IsZero) return false;
        if (s > n / 2) s = n - s;
        Secp256k1Field.Write(r, signature[..Size]);
        Secp256k1Field.Write(s, signature[Size..]);
        return true;
    }

    // Importing a secret without its public half makes the framework compute secret * G, guarded as its own keys are.
    private static ECPoint MultiplyGenerator(ReadOnlySpan<byte> scalar)
    {
        var secret = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
        scalar.CopyTo(secret);
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = Curve, D = secret });
            return key.ExportParameters(includePrivateParameters: false).Q;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static ManagedPublicKey Import(byte[] encoded, in ECPoint point) =>
        new(encoded, ECDsa.Create(new ECParameters { Curve = Curve, Q = point }));
}
