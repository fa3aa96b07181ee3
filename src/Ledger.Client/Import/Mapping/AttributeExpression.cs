using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;

namespace Ledger.Client.Import.Mapping;

/// <summary>An attribute of the record: its kind and how its value is made. Immutable.</summary>
/// <param name="Key">The attribute's key.</param>
/// <param name="Kind">Its kind; null when the mapping says none, and the catalogue decides.</param>
/// <param name="Value">How its value is made.</param>
/// <param name="Time">How moments are written in the source.</param>
internal sealed record AttributeExpression(string Key, AttributeKind? Kind, ValueExpression Value, TimeReading Time)
{
    /// <summary>The attribute for a row's record of this type; null when it is optional and the row lacks it.</summary>
    /// <exception cref="ImportException">The value is not of the attribute's kind.</exception>
    public EvidenceAttribute? Evaluate(ImportRow row, string type)
    {
        if (Value.Evaluate(row) is not { } text) return null;
        return (Kind ?? KindOf(type)) switch
        {
            AttributeKind.Integer => EvidenceAttribute.Integer(Key, Integer(row, text)),
            AttributeKind.Decimal => EvidenceAttribute.Decimal(Key, Decimal(row, text)),
            AttributeKind.Boolean => EvidenceAttribute.Boolean(Key, Boolean(row, text)),
            AttributeKind.Time => EvidenceAttribute.Time(Key, Time.Read(row, Value.Field, text)),
            // No source has bytes; the catalogue refuses text where it wants them.
            _ => EvidenceAttribute.Text(Key, text),
        };
    }

    private AttributeKind KindOf(string type) => EvidenceCatalogue.Find(type) is { } known
        && EvidenceCatalogue.FindAttribute(known, Key) is { } rule ? rule.Kind : AttributeKind.Text;

    private long Integer(ImportRow row, string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw NotA(row, text, "an integer of 64 bits");

    private bool Boolean(ImportRow row, string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => throw NotA(row, text, "true or false"),
    };

    // The format wants the shortest form: "12.50" becomes "12.5", "+7" becomes "7", "-0.0" becomes "0".
    private string Decimal(ImportRow row, string text)
    {
        var negative = text.StartsWith('-');
        var digits = negative || text.StartsWith('+') ? text[1..] : text;
        if (digits.Contains('.', StringComparison.Ordinal)) digits = digits.TrimEnd('0').TrimEnd('.');
        digits = digits.TrimStart('0');
        if (digits.Length == 0 || digits[0] == '.') digits = "0" + digits;
        var value = negative && digits != "0" ? "-" + digits : digits;
        return text.Any(char.IsAsciiDigit) && EvidenceAttribute.IsCanonicalDecimal(value)
            ? value
            : throw NotA(row, text, $"a decimal number of at most {EvidenceLimits.DecimalBytes} digits");
    }

    private ImportException NotA(ImportRow row, string text, string what) =>
        new(row.Line, Value.Field, $"'{text}' is not {what}, as attribute '{Key}' wants");
}

/// <summary>How moments are written in a source.</summary>
internal enum TimeNotation
{
    /// <summary>ISO 8601; the offset is needed unless the mapping gives one.</summary>
    Iso8601,

    /// <summary>Seconds since 1970, with or without a fraction.</summary>
    UnixSeconds,

    /// <summary>Milliseconds since 1970.</summary>
    UnixMilliseconds,
}

/// <summary>Reads moments. A local time without an offset is refused: it could be any of two dozen moments.</summary>
/// <param name="Notation">How they are written.</param>
/// <param name="Offset">The offset of times that state none; null when each must state its own.</param>
internal sealed record TimeReading(TimeNotation Notation, TimeSpan? Offset)
{
    private static readonly string[] WithOffset =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK",
    ];

    /// <summary>Reads one moment.</summary>
    /// <exception cref="ImportException">It is written otherwise, or lies outside 1970 to 9999.</exception>
    public Timestamp Read(ImportRow row, string? field, string text)
    {
        var milliseconds = Notation switch
        {
            TimeNotation.Iso8601 => Iso(row, field, text),
            TimeNotation.UnixSeconds => Unix(row, field, text, 1000),
            _ => Unix(row, field, text, 1),
        };
        return milliseconds is > 0 and <= (long)Timestamp.MaxUnixMilliseconds
            ? new Timestamp((ulong)milliseconds)
            : throw new ImportException(row.Line, field, $"'{text}' lies outside the years 1970 to 9999");
    }

    private long Iso(ImportRow row, string? field, string text)
    {
        if (!DateTime.TryParseExact(
            text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time))
        {
            throw new ImportException(row.Line, field, $"'{text}' is not a date and time in ISO 8601");
        }

        if (time.Kind == DateTimeKind.Utc) return new DateTimeOffset(time).ToUnixTimeMilliseconds();
        return Offset is { } offset
            ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Unspecified), offset).ToUnixTimeMilliseconds()
            : throw new ImportException(
                row.Line, field, $"'{text}' states no offset from UTC; give the mapping a 'zone' such as \"+08:00\"");
    }

    private static long Unix(ImportRow row, string? field, string text, int scale) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value <= Timestamp.MaxUnixMilliseconds
            ? (long)Math.Round(value * scale)
            : throw new ImportException(
                row.Line, field, $"'{text}' is not a number of seconds or milliseconds since 1970");
}
