using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Ledger.Network.Security;

/// <summary>
/// The few facts about curve secp256k1 (SEC 2, 2.4.1) that the framework does not offer: decompressing a point, and the
/// group order. Only public values pass through here, so nothing needs to run in constant time.
/// </summary>
internal static class Secp256k1
{
    public const int ScalarSize = 32;

    public static readonly ECCurve Curve = ECCurve.CreateFromOid(new Oid("1.3.132.0.10"));

    public static readonly BigInteger Order =
        Hex("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141");

    private static readonly BigInteger Prime =
        Hex("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F");

    /// <summary>Finds the point y² = x³ + 7 that a compressed encoding names; false when there is none.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> compressed, out ECPoint point)
    {
        point = default;
        if (compressed.Length != 1 + ScalarSize || compressed[0] is not (2 or 3)) return false;

        var x = new BigInteger(compressed[1..], isUnsigned: true, isBigEndian: true);
        if (x >= Prime) return false;

        var square = (BigInteger.ModPow(x, 3, Prime) + 7) % Prime;
        // The prime is 3 mod 4, so this power is a root of every square, and of nothing else.
        var y = BigInteger.ModPow(square, (Prime + 1) / 4, Prime);
        if (y * y % Prime != square) return false;

        if (y.IsEven == (compressed[0] == 3)) y = Prime - y;
        point = new ECPoint { X = compressed[1..].ToArray(), Y = ToScalar(y) };
        return true;
    }

    public static byte[] Compress(in ECPoint point)
    {
        var bytes = new byte[1 + ScalarSize];
        bytes[0] = (byte)(2 + (point.Y![^1] & 1));
        point.X!.CopyTo(bytes.AsSpan(1));
        return bytes;
    }

    /// <summary>Rewrites r‖s in place so that s is in the lower half, as strict verifiers want it.</summary>
    public static void NormalizeSignature(Span<byte> signature)
    {
        var s = new BigInteger(signature[ScalarSize..], isUnsigned: true, isBigEndian: true);
        if (s > Order / 2) ToScalar(Order - s).CopyTo(signature[ScalarSize..]);
    }

    private static byte[] ToScalar(BigInteger value)
    {
        var bytes = new byte[ScalarSize];
        var minimal = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        minimal.CopyTo(bytes.AsSpan(ScalarSize - minimal.Length));
        return bytes;
    }

    private static BigInteger Hex(string digits) =>
        BigInteger.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
