using System.Globalization;
using System.Text.Json;

namespace Ledger.Contracts.Runtime.Schema;

/// <summary>Checks values against schemas. Its time is bounded by the gas that each step takes.</summary>
/// <remarks>Not thread-safe; of one check.</remarks>
internal sealed class SchemaChecker(Action<long> charge)
{
    private readonly JsonPath _path = new();

    /// <summary>What is wrong with a value, beginning with a JSON pointer; null when nothing is.</summary>
    public string? Check(SchemaNode node, JsonElement value)
    {
        charge(GasSchedule.SchemaNode);
        var kind = KindOf(value);
        if ((node.Kinds & kind) == 0) return At($"is {Name(kind)} and must be {Names(node.Kinds)}");
        if (node.Values is not null && !IsListed(node.Values, kind, value))
            return At("must be one of " + string.Join(", ", node.Values.Take(20).Select(Show)));
        return (kind switch
        {
            JsonKinds.Text => CheckText(node, value.GetString()!),
            JsonKinds.Integer => CheckInteger(node, value.GetInt64()),
            JsonKinds.Array => CheckArray(node, value),
            JsonKinds.Object => CheckObject(node, value),
            _ => null,
        }) ?? CheckCombined(node, value);
    }

    private string? CheckText(SchemaNode node, string text)
    {
        // Code points, as JSON Schema counts, and not UTF-16 units.
        if (node.MinLength > 0 || node.MaxLength < int.MaxValue)
        {
            var length = text.EnumerateRunes().Count();
            if (length < node.MinLength)
                return At(Invariant($"has {length} characters and must have at least {node.MinLength}"));
            if (length > node.MaxLength)
                return At(Invariant($"has {length} characters and may have {node.MaxLength}"));
        }

        return node.Format is { } format && !SchemaFormats.Allows(format, text)
            ? At($"must have the format {format}: {SchemaFormats.Table.First(f => f.Name == format).Meaning}")
            : null;
    }

    private string? CheckInteger(SchemaNode node, long value)
    {
        if (value < node.Minimum) return At(Invariant($"is {value} and must be at least {node.Minimum}"));
        return value > node.Maximum ? At(Invariant($"is {value} and must be at most {node.Maximum}")) : null;
    }

    private string? CheckArray(SchemaNode node, JsonElement value)
    {
        var count = value.GetArrayLength();
        if (count < node.MinItems) return At(Invariant($"has {count} items and must have at least {node.MinItems}"));
        if (count > node.MaxItems) return At(Invariant($"has {count} items and may have {node.MaxItems}"));
        if (node.Items is null) return null;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            _path.Push(index++);
            if (Check(node.Items, item) is { } fault) return fault;
            _path.Pop();
        }

        return null;
    }

    private string? CheckObject(SchemaNode node, JsonElement value)
    {
        var count = 0;
        foreach (var property in value.EnumerateObject())
        {
            count++;
            var inner = node.Properties.GetValueOrDefault(property.Name) ?? node.Additional;
            if (inner is null) continue;
            _path.Push(property.Name);
            if (ReferenceEquals(inner, SchemaNode.Nothing)) return At("is not known here; check the spelling");
            if (Check(inner, property.Value) is { } fault) return fault;
            _path.Pop();
        }

        foreach (var name in node.Required)
        {
            charge(GasSchedule.SchemaNode);
            if (value.TryGetProperty(name, out _)) continue;
            _path.Push(name);
            return At("is missing");
        }

        if (count < node.MinProperties)
            return At(Invariant($"has {count} properties and must have at least {node.MinProperties}"));
        return count > node.MaxProperties
            ? At(Invariant($"has {count} properties and may have {node.MaxProperties}"))
            : null;
    }

    private string? CheckCombined(SchemaNode node, JsonElement value)
    {
        foreach (var inner in node.AllOf)
        {
            if (Check(inner, value) is { } fault) return fault;
        }

        if (node.AnyOf.Count > 0 && !node.AnyOf.Any(inner => Matches(inner, value)))
            return At("matches none of the alternatives of anyOf");
        if (node.OneOf.Count == 0) return null;
        var matches = node.OneOf.Count(inner => Matches(inner, value));
        return matches == 1 ? null : At(Invariant($"matches {matches} of the alternatives of oneOf and must match one"));
    }

    // A fresh path: a fault inside an alternative leaves its own behind.
    private bool Matches(SchemaNode node, JsonElement value) => new SchemaChecker(charge).Check(node, value) is null;

    private bool IsListed(IReadOnlyList<Scalar> values, JsonKinds kind, JsonElement value)
    {
        charge(GasSchedule.SchemaNode * (1 + (values.Count / 16)));
        return values.Contains(ScalarOf(kind, value));
    }

    /// <summary>A scalar as it is compared.</summary>
    public static Scalar ScalarOf(JsonKinds kind, JsonElement value) => new(kind, kind switch
    {
        JsonKinds.Text => value.GetString()!,
        JsonKinds.Null => "",
        JsonKinds.Array or JsonKinds.Object => "",
        _ => value.GetRawText(),
    });

    /// <summary>The kind of a value that <see cref="JsonRules"/> let pass: all its numbers are integers.</summary>
    public static JsonKinds KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonKinds.Null,
        JsonValueKind.True or JsonValueKind.False => JsonKinds.Boolean,
        JsonValueKind.Number => JsonKinds.Integer,
        JsonValueKind.String => JsonKinds.Text,
        JsonValueKind.Array => JsonKinds.Array,
        _ => JsonKinds.Object,
    };

    private string At(string fault) => $"{_path}: {fault}";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Show(Scalar value) => value.Kind switch
    {
        JsonKinds.Text => $"\"{value.Text}\"",
        JsonKinds.Null => "null",
        _ => value.Text,
    };

    private static string Names(JsonKinds kinds)
    {
        JsonKinds[] all =
        [
            JsonKinds.Null, JsonKinds.Boolean, JsonKinds.Integer, JsonKinds.Text, JsonKinds.Array, JsonKinds.Object,
        ];
        var names = all.Where(k => (kinds & k) != 0).Select(Name).ToArray();
        return names.Length == 0 ? "absent" : string.Join(" or ", names);
    }

    private static string Name(JsonKinds kind) => kind switch
    {
        JsonKinds.Null => "null",
        JsonKinds.Boolean => "a boolean",
        JsonKinds.Integer => "an integer",
        JsonKinds.Text => "a string",
        JsonKinds.Array => "an array",
        _ => "an object",
    };
}
