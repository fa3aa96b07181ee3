using System.Text;

namespace Ledger.Core.Grpc;

/// <summary>The percent coding of the grpc-message trailer.</summary>
/// <remarks>
/// gRPC over HTTP/2, "Status-Message": UTF-8, where bytes outside 0x20..0x7E and '%' are written as %XX.
/// </remarks>
public static class GrpcMessageText
{
    /// <summary>
    /// Longest message that is sent, in characters; the rest is cut off, so that trailers stay small.
    /// </summary>
    public const int MaxLength = 1024;

    private const string HexDigits = "0123456789ABCDEF";

    /// <summary>Encodes a message for the trailer; text beyond <see cref="MaxLength"/> is cut off.</summary>
    public static string Encode(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var text = message.AsSpan();
        if (text.Length > MaxLength) text = text[..MaxLength];
        if (!NeedsEncoding(text)) return text.Length == message.Length ? message : text.ToString();

        // At most four UTF-8 bytes a rune and three characters a byte: small, because the text is.
        Span<byte> bytes = stackalloc byte[MaxLength * 3];
        bytes = bytes[..System.Text.Encoding.UTF8.GetBytes(text, bytes)];
        var encoded = new StringBuilder(bytes.Length * 2);
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (IsLiteral(b, atEdge: i == 0 || i == bytes.Length - 1)) encoded.Append((char)b);
            else encoded.Append('%').Append(HexDigits[b >> 4]).Append(HexDigits[b & 15]);
        }

        return encoded.ToString();
    }

    /// <summary>
    /// Decodes a trailer. Never fails: a broken escape stays as it is and bytes that are not UTF-8 become U+FFFD,
    /// because a damaged message is worth more than none.
    /// </summary>
    public static string Decode(string encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (!encoded.Contains('%', StringComparison.Ordinal)) return encoded;
        var bytes = new byte[System.Text.Encoding.UTF8.GetMaxByteCount(encoded.Length)];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length
                && char.IsAsciiHexDigit(encoded[i + 1]) && char.IsAsciiHexDigit(encoded[i + 2]))
            {
                bytes[length++] = (byte)((HexValue(encoded[i + 1]) << 4) | HexValue(encoded[i + 2]));
                i += 2;
                continue;
            }

            var width = char.IsHighSurrogate(encoded[i]) && i + 1 < encoded.Length ? 2 : 1;
            length += System.Text.Encoding.UTF8.GetBytes(encoded.AsSpan(i, width), bytes.AsSpan(length));
            i += width - 1;
        }

        return System.Text.Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static bool NeedsEncoding(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] > 0x7e || !IsLiteral((byte)text[i], atEdge: i == 0 || i == text.Length - 1)) return true;
        }

        return false;
    }

    // Spaces at the edges are encoded, although the grammar allows them, because HTTP stacks trim header values.
    private static bool IsLiteral(byte b, bool atEdge) => b is >= 0x20 and <= 0x7e && b != '%' && !(b == ' ' && atEdge);

    private static int HexValue(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
