using System.Collections.Frozen;
using System.Text.Json;

namespace Ledger.Contracts.Runtime.Schema;

/// <summary>
/// Makes schemas from their JSON. What it does not know it refuses: a keyword that is ignored is a check that an author
/// believes in and nobody makes.
/// </summary>
/// <remarks>Not thread-safe; of one document. The first fault is kept, and callers look at it once, at the end.</remarks>
internal sealed class SchemaCompiler
{
    private const int MaxNodes = 4096;
    private const int MaxDepth = 32;
    private const string DefinitionPrefix = "#/$defs/";

    private static readonly FrozenSet<string> Keywords = new[]
    {
        "type", "properties", "required", "additionalProperties", "items", "enum", "const", "minLength", "maxLength",
        "minItems", "maxItems", "minProperties", "maxProperties", "minimum", "maximum", "format", "oneOf", "anyOf", "allOf",
        "$ref", "title", "description", "$comment",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly JsonElement _definitions;
    private readonly JsonPath _path = new();

    // Null while its definition is being made: meeting it again then is a cycle. Bound: MaxNodes.
    private readonly Dictionary<string, SchemaNode?> _defined = new(StringComparer.Ordinal);
    private int _nodes;
    private int _depth;

    /// <param name="definitions">The document's <c>$defs</c>; undefined when it has none.</param>
    public SchemaCompiler(JsonElement definitions) => _definitions = definitions;

    /// <summary>What was wrong first, beginning with a JSON pointer; null while nothing was.</summary>
    public string? Fault { get; private set; }

    /// <summary>Where the compiler is; callers push the names that lead to a schema.</summary>
    public JsonPath Path => _path;

    public void Fail(string fault) => Fault ??= $"{_path}: {fault}";

    /// <summary>Makes a schema.</summary>
    public SchemaNode Compile(JsonElement schema)
    {
        if (Fault is not null) return SchemaNode.Nothing;
        if (schema.ValueKind == JsonValueKind.True) return SchemaNode.Anything;
        if (schema.ValueKind == JsonValueKind.False) return SchemaNode.Nothing;
        if (schema.ValueKind != JsonValueKind.Object) return Failed("a schema is an object, true or false");
        if (++_nodes > MaxNodes) return Failed($"the document holds more than {MaxNodes} schemas");
        if (++_depth > MaxDepth) return Failed($"schemas are nested deeper than {MaxDepth}");
        foreach (var property in schema.EnumerateObject())
        {
            if (!Keywords.Contains(property.Name)) return Failed($"the keyword '{property.Name}' is not supported");
        }

        var node = schema.TryGetProperty("$ref", out var reference) ? Referred(schema, reference) : Made(schema);
        _depth--;
        return node;
    }

    private SchemaNode Referred(JsonElement schema, JsonElement reference)
    {
        if (schema.EnumerateObject().Any(p => p.Name is not ("$ref" or "title" or "description" or "$comment")))
            return Failed("beside $ref there is nothing else");
        var text = reference.ValueKind == JsonValueKind.String ? reference.GetString()! : "";
        var name = text.StartsWith(DefinitionPrefix, StringComparison.Ordinal) ? text[DefinitionPrefix.Length..] : "";
        if (_defined.TryGetValue(name, out var known)) return known ?? Failed($"'{text}' refers to itself");
        if (name.Length == 0 || _definitions.ValueKind != JsonValueKind.Object
            || !_definitions.TryGetProperty(name, out var definition))
        {
            return Failed($"'{text}' refers to nothing; a reference is #/$defs/name");
        }

        _defined.Add(name, null);
        var node = Compile(definition);
        _defined[name] = node;
        return node;
    }

    private SchemaNode Made(JsonElement schema) => new()
    {
        Kinds = ReadKinds(schema),
        Properties = ReadProperties(schema),
        Required = ReadNames(schema, "required"),
        Additional = ReadInner(schema, "additionalProperties"),
        Items = ReadInner(schema, "items"),
        Values = ReadValues(schema),
        MinLength = ReadCount(schema, "minLength", 0),
        MaxLength = ReadCount(schema, "maxLength", int.MaxValue),
        MinItems = ReadCount(schema, "minItems", 0),
        MaxItems = ReadCount(schema, "maxItems", int.MaxValue),
        MinProperties = ReadCount(schema, "minProperties", 0),
        MaxProperties = ReadCount(schema, "maxProperties", int.MaxValue),
        Minimum = ReadInteger(schema, "minimum", long.MinValue),
        Maximum = ReadInteger(schema, "maximum", long.MaxValue),
        Format = ReadFormat(schema),
        OneOf = ReadList(schema, "oneOf"),
        AnyOf = ReadList(schema, "anyOf"),
        AllOf = ReadList(schema, "allOf"),
    };

    private JsonKinds ReadKinds(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type)) return JsonKinds.Any;
        if (type.ValueKind == JsonValueKind.String) return KindOf(type.GetString()!);
        var kinds = JsonKinds.None;
        if (type.ValueKind != JsonValueKind.Array || type.GetArrayLength() == 0) Fail("type is a name or a list of names");
        else
        {
            foreach (var item in type.EnumerateArray())
                kinds |= item.ValueKind == JsonValueKind.String ? KindOf(item.GetString()!) : KindOf("");
        }

        return kinds;
    }

    private JsonKinds KindOf(string name)
    {
        switch (name)
        {
            case "null": return JsonKinds.Null;
            case "boolean": return JsonKinds.Boolean;
            case "integer": return JsonKinds.Integer;
            case "string": return JsonKinds.Text;
            case "array": return JsonKinds.Array;
            case "object": return JsonKinds.Object;
            case "number":
                Fail("there is no type number: use integer, or a string with the format decimal or money");
                return JsonKinds.None;
            default:
                Fail($"there is no type '{name}'");
                return JsonKinds.None;
        }
    }

    private FrozenDictionary<string, SchemaNode> ReadProperties(JsonElement schema)
    {
        if (!schema.TryGetProperty("properties", out var properties)) return FrozenDictionary<string, SchemaNode>.Empty;
        var read = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        _path.Push("properties");
        if (properties.ValueKind != JsonValueKind.Object) Fail("must be an object of schemas");
        else
        {
            foreach (var property in properties.EnumerateObject())
            {
                _path.Push(property.Name);
                read[property.Name] = Compile(property.Value);
                _path.Pop();
            }
        }

        _path.Pop();
        return read.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private List<string> ReadNames(JsonElement schema, string keyword)
    {
        var names = new List<string>();
        if (!schema.TryGetProperty(keyword, out var list)) return names;
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(i => i.ValueKind != JsonValueKind.String))
            Fail($"{keyword} is a list of names");
        else names.AddRange(list.EnumerateArray().Select(i => i.GetString()!));
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count) Fail($"{keyword} names something twice");
        return names;
    }

    private SchemaNode? ReadInner(JsonElement schema, string keyword)
    {
        if (!schema.TryGetProperty(keyword, out var inner)) return null;
        _path.Push(keyword);
        var node = Compile(inner);
        _path.Pop();
        return node;
    }

    private List<SchemaNode> ReadList(JsonElement schema, string keyword)
    {
        var nodes = new List<SchemaNode>();
        if (!schema.TryGetProperty(keyword, out var list)) return nodes;
        _path.Push(keyword);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0) Fail("must be a list of schemas");
        else
        {
            foreach (var item in list.EnumerateArray())
            {
                _path.Push(nodes.Count);
                nodes.Add(Compile(item));
                _path.Pop();
            }
        }

        _path.Pop();
        return nodes;
    }

    private List<Scalar>? ReadValues(JsonElement schema)
    {
        var values = new List<Scalar>();
        var hasEnum = schema.TryGetProperty("enum", out var list);
        var hasConst = schema.TryGetProperty("const", out var constant);
        if (!hasEnum && !hasConst) return null;
        if (hasEnum && hasConst) Fail("enum and const together say nothing more than const");
        else if (hasConst) Add(constant);
        else if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0) Fail("enum is a list of values");
        else
        {
            foreach (var item in list.EnumerateArray()) Add(item);
        }

        return values;

        void Add(JsonElement value)
        {
            var kind = SchemaChecker.KindOf(value);
            if (kind is JsonKinds.Array or JsonKinds.Object) Fail("enum and const hold strings, integers, booleans and null");
            else values.Add(SchemaChecker.ScalarOf(kind, value));
        }
    }

    private int ReadCount(JsonElement schema, string keyword, int absent)
    {
        var value = ReadInteger(schema, keyword, absent);
        if (value is >= 0 and <= int.MaxValue) return (int)value;
        Fail($"{keyword} is a whole number of at least 0");
        return absent;
    }

    private long ReadInteger(JsonElement schema, string keyword, long absent)
    {
        if (!schema.TryGetProperty(keyword, out var value)) return absent;
        if (value.ValueKind == JsonValueKind.Number) return value.GetInt64();
        Fail($"{keyword} is a whole number");
        return absent;
    }

    private string? ReadFormat(JsonElement schema)
    {
        if (!schema.TryGetProperty("format", out var value)) return null;
        var format = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (!SchemaFormats.IsKnown(format)) Fail($"there is no format '{format}'");
        return format;
    }

    private SchemaNode Failed(string fault)
    {
        Fail(fault);
        return SchemaNode.Nothing;
    }
}
