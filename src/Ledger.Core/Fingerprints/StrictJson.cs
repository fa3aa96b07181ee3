using System.Text.Json;

namespace Ledger.Core.Fingerprints;

/// <summary>
/// Reads untrusted JSON field by field. Unknown, repeated, missing and ill-typed fields are refused. The first fault
/// is remembered and later reads return defaults, so callers check once, at the end.
/// </summary>
internal sealed class StrictJson
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 10,
    };

    /// <summary>What was wrong first; null while nothing was.</summary>
    public string? Fault { get; private set; }

    public bool Ok => Fault is null;

    /// <summary>
    /// Parses a whole text and reads it; a text that is not JSON, or holds broken Unicode, is a fault.
    /// </summary>
    public void Parse(ReadOnlyMemory<byte> utf8, Action<JsonElement> read)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            read(document.RootElement);
        }
        catch (JsonException error)
        {
            // The framework's message quotes the input; the place is enough.
            Fail($"not well-formed JSON at line {error.LineNumber + 1}");
        }
        catch (InvalidOperationException)
        {
            // JsonElement validates a string's Unicode only when it is read, and throws this.
            Fail("a text is not well-formed Unicode");
        }
    }

    public void Fail(string fault) => Fault ??= fault;

    /// <summary>Demands an object with no fields but these.</summary>
    public void Object(JsonElement element, string what, params ReadOnlySpan<string> fields)
    {
        if (!Ok) return;
        if (element.ValueKind != JsonValueKind.Object)
        {
            Fail($"{what} is not an object");
            return;
        }

        foreach (var property in element.EnumerateObject())
            if (!fields.Contains(property.Name)) Fail($"{what} has a field that the format does not know");
    }

    public bool Has(JsonElement element, string name) =>
        Ok && element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    public JsonElement Get(JsonElement element, string name, JsonValueKind kind)
    {
        if (!Ok) return default;
        if (!element.TryGetProperty(name, out var value)) Fail($"{name} is missing");
        else if (value.ValueKind != kind) Fail($"{name} is not a {Kind(kind)}");
        return Ok ? value : default;
    }

    public string Text(JsonElement element, string name)
    {
        var value = Get(element, name, JsonValueKind.String);
        return Ok ? value.GetString() ?? "" : "";
    }

    public ulong UInt64(JsonElement element, string name, ulong max)
    {
        var value = Get(element, name, JsonValueKind.Number);
        if (!Ok) return 0;
        if (value.TryGetUInt64(out var number) && number <= max) return number;
        Fail($"{name} is not a whole number from 0 to {max}");
        return 0;
    }

    public byte[] Hex(JsonElement element, string name, int maxLength) => Hex(Text(element, name), name, maxLength);

    public byte[] Hex(string text, string name, int maxLength)
    {
        if (!Ok) return [];
        if (text.Length > 2 * maxLength) Fail($"{name} is too long");
        else if ((text.Length & 1) != 0 || !text.All(char.IsAsciiHexDigitLower))
            Fail($"{name} is not lower-case hexadecimal");
        return Ok ? Convert.FromHexString(text) : [];
    }

    public byte[] Base64(JsonElement element, string name, int maxLength)
    {
        var value = Get(element, name, JsonValueKind.String);
        if (!Ok) return [];
        if (!value.TryGetBytesFromBase64(out var bytes)) Fail($"{name} is not base64");
        else if (bytes.Length > maxLength) Fail($"{name} is too long");
        return Ok && bytes is not null ? bytes : [];
    }

    public JsonElement[] Array(JsonElement element, string name, int maxLength)
    {
        var value = Get(element, name, JsonValueKind.Array);
        if (!Ok) return [];
        if (value.GetArrayLength() > maxLength) Fail($"{name} has too many elements");
        return Ok ? [.. value.EnumerateArray()] : [];
    }

    private static string Kind(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "object",
        JsonValueKind.Number => "number",
        _ => "text",
    };
}
