using System.Globalization;
using System.Text;

namespace Ledger.Node.Observability;

/// <summary>Turns the tags of a measurement into keys and labels.</summary>
internal static class MetricLabels
{
    /// <summary>The longest key that <see cref="TryWriteKey"/> writes; longer tag lists take the slow way.</summary>
    public const int MaxKeyLength = 256;

    // More tags than any instrument should have; the rest is ignored rather than allocated for.
    private const int MaxTags = 16;

    /// <summary>
    /// Writes the tags as they are, in the caller's order, into <paramref name="key"/>: enough to recognise a label
    /// set that was formatted before. Allocates nothing for strings and numbers. False when they do not fit.
    /// </summary>
    public static bool TryWriteKey(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<char> key, out int length)
    {
        length = 0;
        foreach (var (name, value) in tags)
        {
            if (!TryAppend(name, key, ref length)) return false;
            if (value is ISpanFormattable number)
            {
                if (!TrySeparate(key, ref length)) return false;
                var rest = key[length..];
                if (!number.TryFormat(rest, out var written, default, CultureInfo.InvariantCulture)) return false;
                length += written;
            }
            else if (!TryAppend(Text(value), key, ref length))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Formats the tags as labels, sorted by name, so that the order in which a caller lists them makes no second
    /// series. Of tags whose names become equal the first is kept: a repeated label would make the whole page invalid.
    /// </summary>
    public static string Format(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedList<string, object?>(tags.Length, StringComparer.Ordinal);
        foreach (var tag in tags[..Math.Min(tags.Length, MaxTags)])
            labels.TryAdd(PrometheusName.OfLabel(tag.Key), tag.Value);
        var text = new StringBuilder(64);
        foreach (var (key, value) in labels)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(key).Append("=\"");
            AppendEscaped(text, Text(value));
            text.Append('"');
        }

        return text.ToString();
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static bool TryAppend(string text, Span<char> key, ref int length)
    {
        if (!TrySeparate(key, ref length) || !text.AsSpan().TryCopyTo(key[length..])) return false;
        length += text.Length;
        return true;
    }

    // NUL: a tag that contains one could be taken for two, but only by the instrument that made it.
    private static bool TrySeparate(Span<char> key, ref int length)
    {
        if (length >= key.Length) return false;
        key[length++] = '\0';
        return true;
    }

    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\n' => text.Append("\\n"),
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                _ => text.Append(c),
            };
        }
    }
}
