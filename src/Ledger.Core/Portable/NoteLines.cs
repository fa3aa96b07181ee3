using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ledger.Core.Portable;

/// <summary>
/// The lines of a note (C2SP signed-note) or of a proof that holds one: strict UTF-8, no control characters.
/// </summary>
internal static class NoteLines
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Splits a text that ends in a newline into its lines, without them.</summary>
    public static bool TrySplit(
        ReadOnlySpan<byte> utf8, int maxBytes, [NotNullWhen(true)] out string[]? lines,
        [NotNullWhen(false)] out string? error)
    {
        lines = null;
        error = $"the text has more than {maxBytes} bytes";
        if (utf8.Length > maxBytes) return false;
        const string Malformed = "the text is not UTF-8 in lines that end in a newline, or has a control character";
        error = Malformed;
        if (utf8.IsEmpty || utf8[^1] != '\n') return false;
        foreach (var b in utf8)
        {
            if (b < 0x20 && b != '\n') return false;
        }

        try
        {
            lines = StrictUtf8.GetString(utf8[..^1]).Split('\n');
            error = null;
            return true;
        }
        catch (DecoderFallbackException)
        {
            error = Malformed;
            return false;
        }
    }

    /// <summary>Decodes standard base64 in its one form: padded, without white space or stray bits.</summary>
    public static bool TryBase64(ReadOnlySpan<char> text, int maxBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length > ((maxBytes + 2) / 3 * 4) || text.Length % 4 != 0) return false;
        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, buffer, out var written)) return false;
        if (!Convert.ToBase64String(buffer.AsSpan(0, written)).AsSpan().SequenceEqual(text)) return false;
        bytes = buffer[..written];
        return true;
    }
}
