using System.Globalization;
using System.Text.Json;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;

namespace Ledger.Contracts.Runtime.Host;

/// <summary>Evidence as contracts see and write it.</summary>
internal static class EvidenceText
{
    private static readonly string[] Fields =
        ["type", "subject", "action", "role", "occurredAt", "digests", "attributes", "links"];

    /// <summary>Writes a leaf.</summary>
    public static void Write(JsonText json, in ContractLeaf leaf)
    {
        json.Open('{').Name("id").Text(leaf.Leaf.Id.ToString())
            .Name("index").Number(leaf.Index)
            .Name("member").Text(leaf.Leaf.Member)
            .Name("key").Text(leaf.Leaf.Sender.ToString())
            .Name("sequence").Number(leaf.Leaf.SubjectSequence)
            .Name("time").Number(leaf.Leaf.Time.UnixMilliseconds)
            .Name("record");
        Write(json, leaf.Record);
        json.Close('}');
    }

    private static void Write(JsonText json, EvidenceRecord record)
    {
        json.Open('{').Name("type").Text(record.Type).Name("subject").Text(record.Subject)
            .Name("actor").Text(record.Actor).Name("action").Text(record.Action).Name("role").Text(record.Role)
            .Name("occurredAt");
        if (record.OccurredAt.UnixMilliseconds == 0) json.Raw("null");
        else json.Number(record.OccurredAt.UnixMilliseconds);
        json.Name("digests").Open('[');
        foreach (var digest in record.Digests)
        {
            json.Open('{').Name("algorithm").Text(digest.Algorithm)
                .Name("value").Text(Convert.ToHexStringLower(digest.Value.Span));
            if (digest.MediaType.Length > 0) json.Name("mediaType").Text(digest.MediaType);
            json.Close('}');
        }

        json.Close(']').Name("attributes").Open('{');
        foreach (var attribute in record.Attributes)
        {
            json.Name(attribute.Key).Open('{');
            WriteValue(json, attribute);
            json.Close('}');
        }

        json.Close('}').Name("links").Open('[');
        foreach (var link in record.Links) json.Text(link.ToString());
        json.Close(']').Close('}');
    }

    private static void WriteValue(JsonText json, EvidenceAttribute attribute)
    {
        switch (attribute.Kind)
        {
            case AttributeKind.Text:
                json.Name("text").Text(attribute.AsText);
                break;
            case AttributeKind.Integer:
                // Past 2^53 a JSON number would be another one when it is read.
                var value = attribute.AsInteger!.Value.ToString(CultureInfo.InvariantCulture);
                json.Name("integer");
                if (JsonRules.IsInteger(value, out _)) json.Raw(value);
                else json.Text(value);
                break;
            case AttributeKind.Decimal:
                json.Name("decimal").Text(attribute.AsText);
                break;
            case AttributeKind.Boolean:
                json.Name("boolean").Flag(attribute.AsBoolean!.Value);
                break;
            case AttributeKind.Time:
                json.Name("time").Number(attribute.AsTime!.Value.UnixMilliseconds);
                break;
            default:
                json.Name("bytes").Text(Convert.ToHexStringLower(attribute.AsBytes.Span));
                break;
        }
    }

    /// <summary>Reads what a contract wants appended; null with a fault that begins with a JSON pointer.</summary>
    public static EvidenceRecord? Read(string text, string actor, out string fault)
    {
        if (JsonRules.Utf8Of(text) is not { } utf8)
        {
            fault = "/: not Unicode text";
            return null;
        }

        using var document = JsonRules.Parse(utf8, out fault);
        if (document is null) return null;
        var reader = new RecordReader();
        var record = reader.Read(document.RootElement, actor);
        fault = reader.Fault ?? "";
        return reader.Fault is null ? record : null;
    }

    private sealed class RecordReader
    {
        public string? Fault { get; private set; }

        public EvidenceRecord Read(JsonElement root, string actor)
        {
            if (root.ValueKind != JsonValueKind.Object) return Empty("/: a record is an object");
            foreach (var property in root.EnumerateObject())
            {
                if (!Fields.Contains(property.Name)) Fail($"/{property.Name}: is not known here; check the spelling");
            }

            return new EvidenceRecord
            {
                Type = Text(root, "type"),
                Subject = Text(root, "subject"),
                Actor = actor,
                Action = Text(root, "action"),
                Role = Text(root, "role"),
                OccurredAt = new Timestamp(
                    root.TryGetProperty("occurredAt", out var time) ? Time(time, "/occurredAt") : 0),
                Digests = List(root, "digests", Digest),
                Attributes = Attributes(root),
                Links = List(root, "links", Link),
            };
        }

        private EvidenceRecord Empty(string fault)
        {
            Fail(fault);
            return new EvidenceRecord { Type = "", Subject = "", Actor = "", Action = "", Role = "" };
        }

        private void Fail(string fault) => Fault ??= fault;

        private string Text(JsonElement parent, string name, string path = "")
        {
            if (parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                return value.GetString()!;
            Fail($"{path}/{name}: must be a text");
            return "";
        }

        private ulong Time(JsonElement value, string path)
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var time)
                && time <= Timestamp.MaxUnixMilliseconds)
            {
                return time;
            }

            Fail($"{path}: must be milliseconds since 1970");
            return 0;
        }

        private List<T> List<T>(JsonElement root, string name, Func<JsonElement, string, T> read)
        {
            var items = new List<T>();
            if (!root.TryGetProperty(name, out var list)) return items;
            if (list.ValueKind != JsonValueKind.Array) Fail($"/{name}: must be a list");
            else
            {
                foreach (var item in list.EnumerateArray()) items.Add(read(item, $"/{name}/{items.Count}"));
            }

            return items;
        }

        private EvidenceDigest Digest(JsonElement item, string path)
        {
            if (item.ValueKind != JsonValueKind.Object
                || item.EnumerateObject().Any(p => p.Name is not ("algorithm" or "value" or "mediaType")))
            {
                Fail($"{path}: must be an object with algorithm, value and mediaType");
                return new EvidenceDigest("", default);
            }

            var value = Hex(Text(item, "value", path), path + "/value");
            var media = item.TryGetProperty("mediaType", out _) ? Text(item, "mediaType", path) : "";
            return new EvidenceDigest(Text(item, "algorithm", path), value, media);
        }

        private byte[] Hex(string text, string path)
        {
            if (text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit)) return Convert.FromHexString(text);
            Fail($"{path}: must be hexadecimal");
            return [];
        }

        private EvidenceId Link(JsonElement item, string path)
        {
            if (item.ValueKind == JsonValueKind.String && EvidenceId.TryParse(item.GetString(), out var id)) return id;
            Fail($"{path}: must be an evidence id");
            return default;
        }

        private List<EvidenceAttribute> Attributes(JsonElement root)
        {
            var attributes = new List<EvidenceAttribute>();
            if (!root.TryGetProperty("attributes", out var all)) return attributes;
            if (all.ValueKind != JsonValueKind.Object) Fail("/attributes: must be an object");
            else
            {
                foreach (var property in all.EnumerateObject()) attributes.Add(Attribute(property.Name, property.Value));
            }

            return attributes;
        }

        private EvidenceAttribute Attribute(string key, JsonElement value)
        {
            var path = $"/attributes/{key}";
            switch (value.ValueKind)
            {
                case JsonValueKind.String:
                    return EvidenceAttribute.Text(key, value.GetString()!);
                case JsonValueKind.True or JsonValueKind.False:
                    return EvidenceAttribute.Boolean(key, value.GetBoolean());
                case JsonValueKind.Number:
                    return EvidenceAttribute.Integer(key, value.GetInt64());
                case JsonValueKind.Object when value.GetPropertyCount() == 1:
                    var typed = value.EnumerateObject().First();
                    return Typed(key, typed.Name, typed.Value, path);
                default:
                    return Bad(key, path);
            }
        }

        private EvidenceAttribute Typed(string key, string kind, JsonElement value, string path)
        {
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : null;
            return kind switch
            {
                "text" when text is not null => EvidenceAttribute.Text(key, text),
                "integer" when value.ValueKind == JsonValueKind.Number => EvidenceAttribute.Integer(key, value.GetInt64()),
                "integer" when text is not null && IsLong(text, out var number) => EvidenceAttribute.Integer(key, number),
                "decimal" when text is not null && EvidenceAttribute.IsCanonicalDecimal(text) =>
                    EvidenceAttribute.Decimal(key, text),
                "boolean" when value.ValueKind is JsonValueKind.True or JsonValueKind.False =>
                    EvidenceAttribute.Boolean(key, value.GetBoolean()),
                "time" => EvidenceAttribute.Time(key, new Timestamp(Time(value, path))),
                "bytes" when text is not null => EvidenceAttribute.Bytes(key, Hex(text, path)),
                _ => Bad(key, path),
            };
        }

        private EvidenceAttribute Bad(string key, string path)
        {
            Fail(
                $"{path}: must be a text, integer, boolean, or one of text, integer, decimal, boolean, time, bytes in an "
                + "object");
            return EvidenceAttribute.Text(key, "");
        }

        private static bool IsLong(string text, out long value) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value.ToString(CultureInfo.InvariantCulture) == text;
    }
}
