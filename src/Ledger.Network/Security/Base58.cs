using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;

namespace Ledger.Network.Security;

/// <summary>Base58 with the Bitcoin alphabet. Quadratic, so callers bound the length first.</summary>
internal static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var digits = new StringBuilder();
        var value = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        while (value > 0)
        {
            value = BigInteger.DivRem(value, Alphabet.Length, out var digit);
            digits.Insert(0, Alphabet[(int)digit]);
        }

        var leadingZeros = LeadingCount(bytes, (byte)0);
        return digits.Insert(0, Alphabet[..1], leadingZeros).ToString();
    }

    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var value = BigInteger.Zero;
        foreach (var c in text)
        {
            var digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0) return false;
            value = value * Alphabet.Length + digit;
        }

        var leadingZeros = LeadingCount(text.AsSpan(), Alphabet[0]);
        var tail = value.IsZero ? [] : value.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes = new byte[leadingZeros + tail.Length];
        tail.CopyTo(bytes.AsSpan(leadingZeros));
        return true;
    }

    private static int LeadingCount<T>(ReadOnlySpan<T> items, T item)
        where T : IEquatable<T>
    {
        var end = items.IndexOfAnyExcept(item);
        return end < 0 ? items.Length : end;
    }
}
