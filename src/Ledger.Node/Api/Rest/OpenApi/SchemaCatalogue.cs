using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Ledger.Node.Api.Rest.Forms;

namespace Ledger.Node.Api.Rest.OpenApi;

/// <summary>
/// Schemas (JSON Schema 2020-12) of forms, made from the same type information that writes them, each under its name.
/// Not thread-safe.
/// </summary>
internal sealed class SchemaCatalogue
{
    private const string Suffix = "Form";

    // By name, in order of the names. Bound: the forms of the API.
    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);

    /// <summary>The schemas that were referred to.</summary>
    public JsonObject ToJson() => new(_schemas.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));

    /// <summary>A schema for a form: a reference to its name.</summary>
    public JsonNode Of(JsonTypeInfo type)
    {
        if (type.Type == typeof(System.Text.Json.JsonElement)) return new JsonObject { ["description"] = "Any JSON." };
        Add(type);
        return Reference(type.Type);
    }

    private void Add(JsonTypeInfo type)
    {
        var name = NameOf(type.Type);
        if (_schemas.ContainsKey(name)) return;
        // Held by a place of its own before its parts are looked at, so that nothing is made twice.
        _schemas[name] = new JsonObject();
        var parts = new List<JsonTypeInfo>();
        var options = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Transform(type.Type, context, node, parts),
        };
        _schemas[name] = type.GetJsonSchemaAsNode(options);
        foreach (var part in parts) Add(part);
    }

    private static JsonNode Transform(Type root, JsonSchemaExporterContext context, JsonNode node, List<JsonTypeInfo> parts)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type == typeof(RawJson)) return new JsonObject { ["description"] = "Any JSON, as somebody else wrote it." };
        if (type == typeof(ReadOnlyMemory<byte>))
            return new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" };
        if (type == typeof(ulong) || type == typeof(uint))
            return new JsonObject { ["type"] = "integer", ["minimum"] = 0 };
        if (IsForm(type) && type != root)
        {
            parts.Add(context.TypeInfo);
            return Reference(type);
        }

        if (node is not JsonObject schema) return node;
        // What is absent is not written: there is no null anywhere.
        if (schema["type"] is JsonArray types)
            schema["type"] = types.First(t => t!.GetValue<string>() != "null")!.DeepClone();
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object) Close(context.TypeInfo, schema);
        return schema;
    }

    private static void Close(JsonTypeInfo type, JsonObject schema)
    {
        var required = new JsonArray();
        foreach (var property in type.Properties)
        {
            if (!property.IsGetNullable) required.Add((JsonNode)property.Name);
        }

        schema.Remove("required");
        if (required.Count > 0) schema["required"] = required;
    }

    private static bool IsForm(Type type) => type.Namespace == typeof(RawJson).Namespace && type.IsClass;

    private static JsonObject Reference(Type type) => new() { ["$ref"] = "#/components/schemas/" + NameOf(type) };

    private static string NameOf(Type type) =>
        type.Name.EndsWith(Suffix, StringComparison.Ordinal) ? type.Name[..^Suffix.Length] : type.Name;
}
