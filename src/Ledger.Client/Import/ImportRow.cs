using System.Buffers;
using System.Globalization;
using System.Text;
using Ledger.Core.Crypto;

namespace Ledger.Client.Import;

/// <summary>
/// One row of a source file, whatever its format: names and values as text. Immutable.
/// </summary>
/// <remarks>
/// The raw row stays at home; a record carries <see cref="Digest"/> of it. The canonical form that is digested is RFC
/// 8785 JSON of one object whose members are the fields, all of them strings, so any language can compute it again.
/// </remarks>
public sealed class ImportRow
{
    /// <summary>The media type under which a row's digest is anchored.</summary>
    public const string MediaType = "application/vnd.ledger.row+json";

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (char)i), '"', '\\']);

    /// <summary>Creates a row. The dictionary must not change afterwards.</summary>
    public ImportRow(long number, long line, IReadOnlyDictionary<string, string> fields)
    {
        Number = number;
        Line = line;
        Fields = fields;
    }

    /// <summary>The row's number in its file, from 1.</summary>
    public long Number { get; }

    /// <summary>The line on which it begins, from 1.</summary>
    public long Line { get; }

    /// <summary>The fields. At most <see cref="ImportLimits.FieldsPerRow"/>.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; }

    /// <summary>The canonical form: RFC 8785 JSON in UTF-8.</summary>
    public byte[] ToCanonicalJson()
    {
        var names = Fields.Keys.ToArray();
        // RFC 8785 section 3.2.3 orders names by UTF-16 code units, which is what ordinal comparison does.
        Array.Sort(names, StringComparer.Ordinal);
        var text = new StringBuilder("{");
        foreach (var name in names)
        {
            if (text.Length > 1) text.Append(',');
            AppendString(text, name);
            text.Append(':');
            AppendString(text, Fields[name]);
        }

        text.Append('}');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The digest of the canonical form.</summary>
    public Hash256 Digest(HashFunction hash) => hash.Hash(ToCanonicalJson());

    /// <summary>
    /// A keyed digest (HMAC) of the canonical form, for rows that could be guessed from a plain one. Whoever is to
    /// check a row needs the key.
    /// </summary>
    public Hash256 KeyedDigest(HashFunction hash, ReadOnlySpan<byte> key) => hash.Hmac(key, ToCanonicalJson());

    // RFC 8785 section 3.2.2.2: only what must be escaped is, with the short forms where they exist.
    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        if (!value.AsSpan().ContainsAny(Escaped))
        {
            text.Append(value).Append('"');
            return;
        }

        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
