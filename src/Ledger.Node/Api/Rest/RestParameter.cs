using System.Globalization;
using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;

namespace Ledger.Node.Api.Rest;

/// <summary>Where a parameter stands in a request.</summary>
internal enum ParameterPlace
{
    Path,
    Query,
    Header,
}

/// <summary>What a parameter's text must be, and what it becomes.</summary>
internal enum ParameterKind
{
    /// <summary>Text of 1 to so many bytes: a <see cref="string"/>.</summary>
    Text,

    /// <summary>A decimal number in shortest form, up to a bound: a <see cref="ulong"/>.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>: a <see cref="bool"/>.</summary>
    Flag,

    /// <summary>A hash in lower-case hexadecimal: a <see cref="Hash256"/>.</summary>
    Hash,

    /// <summary>1 to so many bytes in lower-case hexadecimal: bytes.</summary>
    Hex,

    /// <summary>A moment in RFC 3339, UTC: a <see cref="Timestamp"/>.</summary>
    Time,

    /// <summary>A record: an <see cref="Core.Evidence.EvidenceId"/>.</summary>
    EvidenceId,

    /// <summary>What an answer gave as <c>nextCursor</c>: bytes.</summary>
    Cursor,

    /// <summary>One of the given words: a <see cref="string"/>.</summary>
    Choice,
}

/// <summary>One parameter of a route. Immutable. Requests are read and the OpenAPI document is written from
/// it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Kind">What it must be.</param>
/// <param name="Description">A sentence for people.</param>
/// <param name="Example">A value that is allowed.</param>
/// <param name="Max">The largest number, or the most bytes.</param>
/// <param name="Words">The words of a choice.</param>
internal sealed record RestParameter(
    string Name,
    ParameterPlace Place,
    ParameterKind Kind,
    string Description,
    string Example,
    ulong Max = 256,
    IReadOnlyList<string>? Words = null)
{
    private static readonly string[] TimeFormats =
        ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFF'Z'"];

    /// <summary>Reads a value. The error completes a sentence that begins with the parameter's name.</summary>
    public object? Parse(string text, out string error)
    {
        error = Complaint;
        switch (Kind)
        {
            case ParameterKind.Text:
                return text.Length > 0 && (ulong)Encoding.UTF8.GetByteCount(text) <= Max && !text.Any(char.IsControl)
                    ? text
                    : null;
            case ParameterKind.Number:
                return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number <= Max && (text.Length == 1 || text[0] != '0')
                    ? number
                    : null;
            case ParameterKind.Flag:
                return text switch { "true" => true, "false" => false, _ => null };
            case ParameterKind.Hash:
                return Hash256.TryParse(text, out var hash) ? hash : null;
            case ParameterKind.Hex:
                return (ulong)text.Length <= 2 * Max ? BytesOf(text) : null;
            case ParameterKind.Time:
                return TimeOf(text);
            case ParameterKind.EvidenceId:
                return EvidenceId.TryParse(text, out var id) ? id : null;
            case ParameterKind.Cursor:
                return CursorOf(text);
            default:
                return Words!.Contains(text, StringComparer.Ordinal) ? text : null;
        }
    }

    private string Complaint => Kind switch
    {
        ParameterKind.Text => $"has 1 to {Max} bytes of text without control characters",
        ParameterKind.Number => $"is a decimal number from 0 to {Max}, without sign and leading zeros",
        ParameterKind.Flag => "is true or false",
        ParameterKind.Hash => "has 64 lower-case hexadecimal digits",
        ParameterKind.Hex => $"has 1 to {Max} bytes in lower-case hexadecimal",
        ParameterKind.Time => "is a moment in UTC such as 2026-01-31T09:30:00Z or 2026-01-31T09:30:00.250Z",
        ParameterKind.EvidenceId => "is a transaction's id in 64 lower-case hexadecimal digits, then for a place other "
            + "than 0 a dot and the place",
        ParameterKind.Cursor => "is not one that this API returned",
        _ => "is one of " + string.Join(", ", Words!),
    };

    private static byte[]? BytesOf(string text)
    {
        if (text.Length == 0 || text.Length % 2 != 0) return null;
        foreach (var digit in text)
        {
            if (digit is not ((>= '0' and <= '9') or (>= 'a' and <= 'f'))) return null;
        }

        return Convert.FromHexString(text);
    }

    private static Timestamp? TimeOf(string text) =>
        DateTimeOffset.TryParseExact(
            text, TimeFormats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        && time.ToUnixTimeMilliseconds() is >= 0 and var milliseconds
            ? new Timestamp((ulong)milliseconds)
            : null;

    private byte[]? CursorOf(string text)
    {
        // The decoder would overlook white space and padding.
        if (text.Length == 0 || (ulong)text.Length > Max
            || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return null;
        }

        var bytes = new byte[text.Length];
        return System.Buffers.Text.Base64Url.TryDecodeFromChars(text, bytes, out var written)
            ? bytes[..written]
            : null;
    }
}
