using System.Text.Json;
using System.Text.RegularExpressions;
using Ledger.Core.Evidence;

namespace Ledger.Client.Import.Mapping;

/// <summary>
/// Reads mapping files. Strict: an unknown member, a missing one or one of another type is refused with its path, so
/// that a typing error never changes what is anchored.
/// </summary>
internal static class MapParser
{
    private const int MaxRules = 256;
    private const int MaxTableEntries = 4096;

    public static ImportMap Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > ImportLimits.MapBytes)
            throw Fault("", $"the mapping is larger than {ImportLimits.MapBytes} bytes");
        try
        {
            using var document = JsonDocument.Parse(
                json, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            return Map(document.RootElement, json.ToArray());
        }
        catch (JsonException fault)
        {
            throw new ImportException(
                (fault.LineNumber ?? 0) + 1, null, $"the mapping is not JSON: {fault.Message}", fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new ImportException(0, null, "a text of the mapping holds half of a surrogate pair", fault);
        }
    }

    private static ImportMap Map(JsonElement root, byte[] source)
    {
        Members(root, "", ["ledger_import_map", "description", "format", "delimiter", "row_digest", "record"]);
        if (!root.TryGetProperty("ledger_import_map", out var version) || version.GetRawText() != "1")
            throw Fault("ledger_import_map", "it must be 1, the version of mapping files that this program reads");
        var record = Required(root, "", "record");
        Members(
            record,
            "record",
            ["type", "subject", "actor", "action", "role", "occurred_at", "attributes", "digests"]);
        var expression = new RecordExpression
        {
            Type = Expression(Required(record, "record", "type"), "record.type"),
            Subject = Expression(Required(record, "record", "subject"), "record.subject"),
            Actor = Expression(Required(record, "record", "actor"), "record.actor"),
            Action = Expression(Required(record, "record", "action"), "record.action"),
            Role = Expression(Required(record, "record", "role"), "record.role"),
            OccurredAt = record.TryGetProperty("occurred_at", out var time) ? Time(time, "record.occurred_at") : null,
            Attributes = Attributes(record),
            Digests = Digests(record),
        };
        return new ImportMap(expression, source)
        {
            Format = Format(root),
            Delimiter = Delimiter(root),
            KeyedRowDigest = Choice(root, "", "row_digest", ["plain", "keyed"]) == "keyed",
        };
    }

    private static List<AttributeExpression> Attributes(JsonElement record)
    {
        var list = new List<AttributeExpression>();
        if (!record.TryGetProperty("attributes", out var attributes)) return list;
        RequireKind(attributes, "record.attributes", JsonValueKind.Object);
        foreach (var member in attributes.EnumerateObject())
        {
            var path = $"record.attributes.{member.Name}";
            if (list.Count == EvidenceLimits.Attributes)
                throw Fault(path, $"a record holds at most {EvidenceLimits.Attributes} attributes");
            var kind = member.Value.ValueKind == JsonValueKind.Object
                ? Choice(member.Value, path, "kind", ["text", "integer", "decimal", "boolean", "time"])
                : null;
            list.Add(new AttributeExpression(
                member.Name,
                kind switch
                {
                    "integer" => AttributeKind.Integer,
                    "decimal" => AttributeKind.Decimal,
                    "boolean" => AttributeKind.Boolean,
                    "time" => AttributeKind.Time,
                    "text" => AttributeKind.Text,
                    _ => (AttributeKind?)null,
                },
                Expression(member.Value, path, "kind", "notation", "zone"),
                Reading(member.Value, path)));
        }

        return list;
    }

    private static List<DigestExpression> Digests(JsonElement record)
    {
        var list = new List<DigestExpression>();
        if (!record.TryGetProperty("digests", out var digests)) return list;
        RequireKind(digests, "record.digests", JsonValueKind.Array);
        foreach (var item in digests.EnumerateArray())
        {
            var path = $"record.digests[{list.Count}]";
            // One place is taken by the row's own digest.
            if (list.Count == EvidenceLimits.Digests - 1)
                throw Fault(path, $"a record holds at most {EvidenceLimits.Digests} digests, the row's own among them");
            RequireKind(item, path, JsonValueKind.Object);
            list.Add(new DigestExpression(
                Text(Required(item, path, "algorithm"), $"{path}.algorithm"),
                item.TryGetProperty("media_type", out var media) ? Text(media, $"{path}.media_type") : "",
                Expression(item, path, "algorithm", "media_type")));
        }

        return list;
    }

    private static (ValueExpression Value, TimeReading Reading)? Time(JsonElement element, string path) =>
        (Expression(element, path, "notation", "zone"), Reading(element, path));

    private static TimeReading Reading(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object) return new TimeReading(TimeNotation.Iso8601, null);
        var notation = Choice(element, path, "notation", ["iso8601", "unix-seconds", "unix-milliseconds"]) switch
        {
            "unix-seconds" => TimeNotation.UnixSeconds,
            "unix-milliseconds" => TimeNotation.UnixMilliseconds,
            _ => TimeNotation.Iso8601,
        };
        if (!element.TryGetProperty("zone", out var zone)) return new TimeReading(notation, null);
        var text = Text(zone, $"{path}.zone");
        return DateTimeOffset.TryParseExact(
            "2000-01-01T00:00:00" + text,
            "yyyy-MM-dd'T'HH:mm:sszzz",
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.None,
            out var probe)
            ? new TimeReading(notation, probe.Offset)
            : throw Fault($"{path}.zone", "it must be an offset from UTC such as \"+08:00\"");
    }

    private static ValueExpression Expression(JsonElement element, string path, params ReadOnlySpan<string> also)
    {
        if (element.ValueKind == JsonValueKind.String)
            return new ValueExpression { Path = path, Constant = Text(element, path) };
        RequireKind(element, path, JsonValueKind.Object);
        Members(element, path, ["field", "rules", "table", "otherwise", "optional", .. also]);
        return new ValueExpression
        {
            Path = path,
            Field = Text(Required(element, path, "field"), $"{path}.field"),
            Rules = Rules(element, path),
            Table = Table(element, path),
            Otherwise = element.TryGetProperty("otherwise", out var otherwise)
                ? Text(otherwise, $"{path}.otherwise")
                : null,
            Optional = element.TryGetProperty("optional", out var optional) && Flag(optional, $"{path}.optional"),
        };
    }

    private static List<ValueRule> Rules(JsonElement element, string path)
    {
        var list = new List<ValueRule>();
        if (!element.TryGetProperty("rules", out var rules)) return list;
        RequireKind(rules, $"{path}.rules", JsonValueKind.Array);
        foreach (var rule in rules.EnumerateArray())
        {
            var place = $"{path}.rules[{list.Count}]";
            if (list.Count == MaxRules) throw Fault(place, $"there are more than {MaxRules} rules");
            Members(rule, place, ["match", "value"]);
            try
            {
                // NonBacktracking: time is linear in the value's length whatever the pattern and the value.
                var pattern = new Regex(
                    Text(Required(rule, place, "match"), $"{place}.match"),
                    RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
                list.Add(new ValueRule(
                    pattern, Template.Parse(Text(Required(rule, place, "value"), $"{place}.value"), pattern)));
            }
            catch (Exception fault) when (fault is ArgumentException or FormatException or NotSupportedException)
            {
                throw Fault(place, fault.Message);
            }
        }

        return list;
    }

    private static Dictionary<string, string>? Table(JsonElement element, string path)
    {
        if (!element.TryGetProperty("table", out var table)) return null;
        RequireKind(table, $"{path}.table", JsonValueKind.Object);
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in table.EnumerateObject())
        {
            if (entries.Count == MaxTableEntries)
                throw Fault($"{path}.table", $"it has more than {MaxTableEntries} entries");
            entries.Add(entry.Name, Text(entry.Value, $"{path}.table.{entry.Name}"));
        }

        return entries;
    }

    private static ImportFormat? Format(JsonElement root) => Choice(root, "", "format", ["xes", "csv", "jsonl"]) switch
    {
        "xes" => ImportFormat.Xes,
        "csv" => ImportFormat.Csv,
        "jsonl" => ImportFormat.JsonLines,
        _ => null,
    };

    private static char Delimiter(JsonElement root)
    {
        if (!root.TryGetProperty("delimiter", out var value)) return ',';
        var text = Text(value, "delimiter");
        return text.Length == 1 && text[0] is not ('"' or '\r' or '\n')
            ? text[0]
            : throw Fault("delimiter", "it must be one character");
    }

    private static string? Choice(JsonElement element, string path, string name, ReadOnlySpan<string> allowed)
    {
        if (!element.TryGetProperty(name, out var value)) return null;
        var place = Join(path, name);
        var text = Text(value, place);
        return allowed.Contains(text) ? text : throw Fault(place, $"it must be one of: {string.Join(", ", allowed!)}");
    }

    private static JsonElement Required(JsonElement element, string path, string name) =>
        element.TryGetProperty(name, out var value) ? value : throw Fault(Join(path, name), "it is missing");

    private static string Text(JsonElement element, string path)
    {
        RequireKind(element, path, JsonValueKind.String);
        return element.GetString()!;
    }

    private static bool Flag(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault(path, "it must be true or false"),
    };

    private static void RequireKind(JsonElement element, string path, JsonValueKind kind)
    {
        if (element.ValueKind != kind) throw Fault(path, $"it must be a JSON {kind.ToString().ToLowerInvariant()}");
    }

    private static void Members(JsonElement element, string path, ReadOnlySpan<string> known)
    {
        RequireKind(element, path, JsonValueKind.Object);
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
                throw Fault(Join(path, member.Name), $"it is not known here; known are: {string.Join(", ", known!)}");
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static ImportException Fault(string path, string reason) =>
        new(0, path.Length == 0 ? null : path, reason);
}
