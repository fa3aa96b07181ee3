using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ledger.Node.Api.Rest.Forms;

/// <summary>
/// JSON that somebody else wrote (a contract's value, an event's payload), embedded as it is but for white space
/// outside of texts: so an answer stays on one line, and numbers keep their digits. Immutable.
/// </summary>
[JsonConverter(typeof(Converter))]
internal sealed class RawJson
{
    // Deeper documents are given as bytes alone.
    private const int MaxDepth = 64;

    private readonly byte[] _json;

    private RawJson(byte[] json) => _json = json;

    /// <summary>The document; null when the bytes are none, or one too deep: whoever shows it has the bytes beside
    /// it.</summary>
    public static RawJson? Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty || !System.Text.Unicode.Utf8.IsValid(utf8)) return null;
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            return null;
        }

        return new RawJson(WithoutWhiteSpace(utf8));
    }

    private static byte[] WithoutWhiteSpace(ReadOnlySpan<byte> utf8)
    {
        var kept = new byte[utf8.Length];
        var length = 0;
        var inText = false;
        for (var i = 0; i < utf8.Length; i++)
        {
            var octet = utf8[i];
            if (!inText && octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;
            kept[length++] = octet;
            if (octet == '"') inText = !inText;
            else if (octet == '\\') kept[length++] = utf8[++i];
        }

        return kept[..length];
    }

    internal sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return Of(JsonSerializer.SerializeToUtf8Bytes(document.RootElement, RestJson.Element));
        }

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value._json, skipInputValidation: true);
    }
}
