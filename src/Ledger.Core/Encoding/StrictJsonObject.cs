using System.Buffers;
using System.Text.Json;
using Ledger.Core.Blocks;

namespace Ledger.Core.Encoding;

/// <summary>
/// Reads one object of a JSON document strictly: every property once, none that is unknown, every value in its one
/// spelling. Faults are remembered with their path and every read returns a default, so that callers check once, at the
/// end. Never throws for hostile input.
/// </summary>
/// <remarks>Not thread-safe. Call <see cref="End"/> when all properties have been taken.</remarks>
internal sealed class StrictJsonObject
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _path;
    private readonly StrictJsonErrors _errors;

    // What has not been taken yet. Bounded by the size of the document.
    private readonly Dictionary<string, JsonElement> _properties = new(StringComparer.Ordinal);

    public StrictJsonObject(JsonElement element, string path, StrictJsonErrors errors)
    {
        _path = path;
        _errors = errors;
        if (element.ValueKind != JsonValueKind.Object)
        {
            if (element.ValueKind != JsonValueKind.Undefined) errors.Add(path, "must be an object");
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (!TryName(property, out var name)) errors.Add(path, "a property's name is not Unicode text");
            else if (!_properties.TryAdd(name, property.Value)) errors.Add($"{path}.{name}", "appears twice");
        }
    }

    /// <summary>Parses a document that is one object. Null, with a fault, when it is something else.</summary>
    public static JsonDocument? Parse(ReadOnlySpan<byte> utf8, int maxBytes, int maxDepth, StrictJsonErrors errors)
    {
        if (utf8.Length > maxBytes)
        {
            errors.Add("$", $"the document has {utf8.Length} bytes and may have {maxBytes}");
            return null;
        }

        try
        {
            return JsonDocument.Parse(utf8.ToArray(), new JsonDocumentOptions { MaxDepth = maxDepth });
        }
        catch (JsonException e)
        {
            errors.Add("$", $"not JSON: {e.Message}");
            return null;
        }
    }

    public bool Has(string name) => _properties.ContainsKey(name);

    public JsonElement Take(string name)
    {
        if (_properties.Remove(name, out var value)) return value;
        _errors.Add($"{_path}.{name}", "is missing");
        return default;
    }

    /// <summary>Text of 1 to <paramref name="maxBytes"/> bytes without control characters.</summary>
    public string Text(string name, int maxBytes) => TextOf(Take(name), $"{_path}.{name}", maxBytes);

    public ulong Number(string name, ulong max)
    {
        var value = Take(name);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var number) && number <= max)
            return number;
        if (value.ValueKind != JsonValueKind.Undefined)
            _errors.Add($"{_path}.{name}", $"must be an integer from 0 to {max}");
        return 0;
    }

    /// <summary>Bytes as lower-case hexadecimal digits.</summary>
    public byte[] Hex(string name, int maxBytes) => HexOf(Take(name), $"{_path}.{name}", maxBytes);

    /// <summary>1 to <paramref name="maxBytes"/> bytes as lower-case hexadecimal digits.</summary>
    public byte[] RequiredHex(string name, int maxBytes)
    {
        var bytes = Hex(name, maxBytes);
        if (bytes.Length == 0) _errors.Add($"{_path}.{name}", "must not be empty");
        return bytes;
    }

    /// <summary>Exactly <paramref name="length"/> bytes as lower-case hexadecimal digits.</summary>
    public byte[] FixedHex(string name, int length) => FixedHexOf(Take(name), $"{_path}.{name}", length);

    /// <summary>A moment as <see cref="Timestamp.ToString"/> writes it.</summary>
    public Timestamp Time(string name)
    {
        var text = Text(name, 64);
        if (DateTimeOffset.TryParseExact(
            text,
            "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal,
            out var time) && time.ToUnixTimeMilliseconds() >= 0)
        {
            return new Timestamp((ulong)time.ToUnixTimeMilliseconds());
        }

        _errors.Add($"{_path}.{name}", "must be a time since 1970 such as 2026-01-31T08:00:00.000Z");
        return default;
    }

    public StrictJsonObject Object(string name) => new(Take(name), $"{_path}.{name}", _errors);

    public IReadOnlyList<StrictJsonObject> Objects(string name, int max) =>
        Items(name, max, (item, path) => new StrictJsonObject(item, path, _errors));

    public IReadOnlyList<string> Texts(string name, int max, int maxBytes) =>
        Items(name, max, (item, path) => TextOf(item, path, maxBytes));

    public IReadOnlyList<byte[]> FixedHexes(string name, int max, int length) =>
        Items(name, max, (item, path) => FixedHexOf(item, path, length));

    /// <summary>Adds a fault of one of this object's properties, found by the caller.</summary>
    public void Fail(string name, string fault) => _errors.Add($"{_path}.{name}", fault);

    /// <summary>Ends reading: nothing may be left.</summary>
    public void End()
    {
        foreach (var name in _properties.Keys.Order(StringComparer.Ordinal))
            _errors.Add($"{_path}.{name}", "is not a property that belongs here");
    }

    private List<T> Items<T>(string name, int max, Func<JsonElement, string, T> read)
    {
        var items = new List<T>();
        var value = Take(name);
        if (value.ValueKind == JsonValueKind.Undefined) return items;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > max)
        {
            _errors.Add($"{_path}.{name}", $"must be an array of at most {max} items");
            return items;
        }

        foreach (var item in value.EnumerateArray()) items.Add(read(item, $"{_path}.{name}[{items.Count}]"));
        return items;
    }

    private string TextOf(JsonElement value, string path, int maxBytes)
    {
        if (value.ValueKind == JsonValueKind.Undefined) return "";
        if (TryString(value, out var text)
            && text.Length > 0
            && !text.Any(c => c < 0x20 || c == 0x7f)
            && System.Text.Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        _errors.Add(path, $"must be text of 1 to {maxBytes} bytes without control characters");
        return "";
    }

    private byte[] FixedHexOf(JsonElement value, string path, int length)
    {
        var bytes = HexOf(value, path, length);
        if (bytes.Length == length) return bytes;
        _errors.Add(path, $"must be {length * 2} hexadecimal digits");
        return new byte[length];
    }

    private byte[] HexOf(JsonElement value, string path, int maxBytes)
    {
        if (value.ValueKind == JsonValueKind.Undefined) return [];
        if (TryString(value, out var text)
            && text.Length % 2 == 0
            && text.Length / 2 <= maxBytes
            && !text.AsSpan().ContainsAnyExcept(HexDigits))
        {
            return Convert.FromHexString(text);
        }

        _errors.Add(path, $"must be at most {maxBytes} bytes as lower-case hexadecimal digits");
        return [];
    }

    private static bool TryName(JsonProperty property, out string name)
    {
        try
        {
            name = property.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            name = "";
            return false;
        }
    }

    // The framework throws for bytes that are not UTF-8 and for lone surrogates, which only show when a text is read.
    private static bool TryString(JsonElement value, out string text)
    {
        text = "";
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
