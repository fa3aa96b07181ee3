namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>
/// Range rules of 32-byte big-endian integers modulo the order n of secp256k1 (SEC 2, section 2.4.1).
/// </summary>
internal static class Secp256k1Scalar
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    /// <summary>The order n.</summary>
    public static ReadOnlySpan<byte> Order =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE,
        0xBA, 0xAE, 0xDC, 0xE6, 0xAF, 0x48, 0xA0, 0x3B, 0xBF, 0xD2, 0x5E, 0x8C, 0xD0, 0x36, 0x41, 0x41,
    ];

    /// <summary>
    /// (n - 1) / 2: the largest s of a signature. Its negation, n - s, would verify too and is refused.
    /// </summary>
    public static ReadOnlySpan<byte> HalfOrder =>
    [
        0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0x5D, 0x57, 0x6E, 0x73, 0x57, 0xA4, 0x50, 0x1D, 0xDF, 0xE9, 0x2F, 0x46, 0x68, 0x1B, 0x20, 0xA0,
    ];

    /// <summary>Whether the value lies in 1..n-1.</summary>
    public static bool IsValid(ReadOnlySpan<byte> value) =>
        value.ContainsAnyExcept((byte)0) && value.SequenceCompareTo(Order) < 0;

    /// <summary>Whether the value lies in 1..(n-1)/2.</summary>
    public static bool IsValidAndLow(ReadOnlySpan<byte> value) =>
        value.ContainsAnyExcept((byte)0) && value.SequenceCompareTo(HalfOrder) <= 0;

    /// <summary>
    /// Reduces any 32 bytes modulo n, in place. One subtraction is enough, for 2^256 is less than 2n.
    /// </summary>
    public static void Reduce(Span<byte> value)
    {
        if (value.SequenceCompareTo(Order) < 0) return;
        var borrow = 0;
        for (var i = Size - 1; i >= 0; i--)
        {
            var difference = value[i] - Order[i] - borrow;
            borrow = difference < 0 ? 1 : 0;
            value[i] = (byte)(difference & 0xFF);
        }
    }

    /// <summary>Replaces a value in 1..n-1 by n minus the value.</summary>
    public static void Negate(Span<byte> value)
    {
        var borrow = 0;
        for (var i = Size - 1; i >= 0; i--)
        {
            var difference = Order[i] - value[i] - borrow;
            borrow = difference < 0 ? 1 : 0;
            value[i] = (byte)(difference & 0xFF);
        }
    }
}
