using System.Numerics;

namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>
/// The curve's equation y^2 = x^3 + 7 modulo p, and integers of 32 bytes. None of it is constant-time.
/// </summary>
internal static class Secp256k1Field
{
    /// <summary>The field's modulus p = 2^256 - 2^32 - 977.</summary>
    public static readonly BigInteger Modulus = (BigInteger.One << 256) - (BigInteger.One << 32) - 977;

    /// <summary>The group's order n.</summary>
    public static readonly BigInteger Order = Read(Secp256k1Scalar.Order);

    // p = 3 mod 4, so that a^((p + 1) / 4) is a square root of a, if a has one.
    private static readonly BigInteger RootExponent = (Modulus + 1) / 4;

    /// <summary>Computes the y of the given parity; false if x is not below p or no point has it.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> x, bool odd, Span<byte> y)
    {
        var abscissa = Read(x);
        if (abscissa >= Modulus) return false;
        var square = ((abscissa * abscissa % Modulus * abscissa) + 7) % Modulus;
        var root = BigInteger.ModPow(square, RootExponent, Modulus);
        if (root * root % Modulus != square) return false;
        Write(root.IsEven == odd ? Modulus - root : root, y);
        return true;
    }

    /// <summary>Reads an unsigned big-endian integer.</summary>
    public static BigInteger Read(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    /// <summary>Writes an unsigned integer as 32 big-endian bytes.</summary>
    public static void Write(in BigInteger value, Span<byte> bytes)
    {
        var unused = bytes.Length - value.GetByteCount(isUnsigned: true);
        bytes[..unused].Clear();
        value.TryWriteBytes(bytes[unused..], out _, isUnsigned: true, isBigEndian: true);
    }
}
