using System.Globalization;
using System.Text.Json;

namespace Ledger.Client.Import;

/// <summary>
/// Reads JSON Lines: one object a line. Nested objects and arrays become fields named <c>outer.inner</c> and
/// <c>outer.0</c>; numbers keep their written form; null members are left out.
/// </summary>
public static class JsonLinesReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = ImportLimits.Depth };

    /// <summary>Reads rows as they are asked for; holds one row in memory.</summary>
    /// <param name="stream">UTF-8 text. Closed at the end of the enumeration.</param>
    /// <exception cref="ImportException">While enumerating: the file is not what it should be.</exception>
    public static IEnumerable<ImportRow> Read(Stream stream)
    {
        using var input = new TextInput(stream);
        var number = 0L;
        while (true)
        {
            var line = input.Line;
            var text = input.TakeLine();
            if (text is null) yield break;
            if (text.Length == 0)
            {
                if (input.Peek() < 0) yield break;
                throw new ImportException(line, null, "the line is empty; each line must hold one JSON object");
            }

            yield return new ImportRow(++number, line, Parse(line, text));
        }
    }

    private static Dictionary<string, string> Parse(long line, string text)
    {
        var row = new Row(line);
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ImportException(line, null, "the line is not a JSON object");
            row.Flatten("", document.RootElement);
        }
        catch (JsonException fault)
        {
            throw new ImportException(
                line, null, $"the line is not JSON (at byte {fault.BytePositionInLine ?? 0} of it): "
                    + $"{FirstSentence(fault)}", fault);
        }
        catch (InvalidOperationException fault)
        {
            // The framework's way to say that an escaped surrogate stands alone.
            throw new ImportException(line, null, "a string holds half of a surrogate pair", fault);
        }

        return row.Fields;
    }

    private static string FirstSentence(JsonException fault)
    {
        var end = fault.Message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? fault.Message : fault.Message[..end];
    }

    private sealed class Row(long line)
    {
        // Of values and of names: a short line can make very long names, by one member that holds many.
        private long _characters;

        // Bound: FieldsPerRow.
        public Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

        // Depth of the recursion: ImportLimits.Depth.
        public void Flatten(string name, JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject()) Flatten(Join(name, member.Name), member.Value);
                    break;
                case JsonValueKind.Array:
                    var index = 0;
                    foreach (var item in value.EnumerateArray())
                        Flatten(Join(name, (index++).ToString(CultureInfo.InvariantCulture)), item);
                    break;
                case JsonValueKind.Null:
                    break;
                default:
                    Add(name, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
                    break;
            }
        }

        private void Add(string name, string value)
        {
            if (name.Length == 0) throw new ImportException(line, null, "a member has no name");
            if (Fields.Count == ImportLimits.FieldsPerRow)
                throw new ImportException(line, null, $"the row has more than {ImportLimits.FieldsPerRow} fields");
            Count(value.Length);
            if (!Fields.TryAdd(name, value)) throw new ImportException(line, name, "the row has this field twice");
        }

        private string Join(string outer, string inner)
        {
            Count(outer.Length + inner.Length + 1);
            return outer.Length == 0 ? inner : $"{outer}.{inner}";
        }

        private void Count(int characters)
        {
            _characters += characters;
            if (_characters > ImportLimits.RowCharacters)
                throw new ImportException(
                    line, null, $"the row's names and values have more than {ImportLimits.RowCharacters} characters");
        }
    }
}
