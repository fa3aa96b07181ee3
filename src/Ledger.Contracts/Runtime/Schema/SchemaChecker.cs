using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ledger.Contracts.Runtime.Schema;

/// <summary>Checks values against schemas. Its time is bounded by the gas that each step takes.</summary>
/// <remarks>Not thread-safe; of one check.</remarks>
/// <param name="charge">Takes gas.</param>
/// <param name="isQuiet">
/// Only whether a value fits is wanted: what is wrong is an empty text, because an alternative's sentence is thrown away and
/// costs many times the check.
/// </param>
internal sealed class SchemaChecker(Action<long> charge, bool isQuiet = false)
{
    private readonly JsonPath _path = new();
    private SchemaChecker? _alternatives;

    private string? Quiet => isQuiet ? "" : null;

    /// <summary>What is wrong with a value, beginning with a JSON pointer; null when nothing is.</summary>
    public string? Check(SchemaNode node, JsonElement value)
    {
        charge(GasSchedule.SchemaNode);
        var kind = KindOf(value);
        if ((node.Kinds & kind) == 0) return Quiet ?? At($"is {Name(kind)} and must be {Names(node.Kinds)}");
        if (node.Values is not null && !IsListed(node.Values, kind, value))
            return Quiet ?? At("must be one of " + string.Join(", ", node.Values.Take(20).Select(Show)));
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
                return Quiet ?? At(Invariant($"has {length} characters and must have at least {node.MinLength}"));
            if (length > node.MaxLength)
                return Quiet ?? At(Invariant($"has {length} characters and may have {node.MaxLength}"));
        }

        return node.Format is { } format && !SchemaFormats.Allows(format, text)
            ? Quiet ?? At($"must have the format {format}: {SchemaFormats.Table.First(f => f.Name == format).Meaning}")
            : null;
    }

    private string? CheckInteger(SchemaNode node, long value)
    {
        if (value < node.Minimum) return Quiet ?? At(Invariant($"is {value} and must be at least {node.Minimum}"));
        return value > node.Maximum ? Quiet ?? At(Invariant($"is {value} and must be at most {node.Maximum}")) : null;
    }

    private string? CheckArray(SchemaNode node, JsonElement value)
    {
        var count = value.GetArrayLength();
        if (count < node.MinItems)
            return Quiet ?? At(Invariant($"has {count} items and must have at least {node.MinItems}"));
        if (count > node.MaxItems)
            return Quiet ?? At(Invariant($"has {count} items and may have {node.MaxItems}"));
        if (node.Items is null) return null;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            Enter(index++);
            if (Check(node.Items, item) is { } fault) return fault;
            Leave();
        }

        return null;
    }

    private string? CheckObject(SchemaNode node, JsonElement value)
    {
        var count = 0;
        // Bound: the value's own properties. To look each up in the JSON would be a walk through all of it.
        var present = node.Required.Count > 0 ? new HashSet<string>(StringComparer.Ordinal) : null;
        foreach (var property in value.EnumerateObject())
        {
            count++;
            present?.Add(property.Name);
            var inner = node.Properties.GetValueOrDefault(property.Name) ?? node.Additional;
            if (inner is null) continue;
            Enter(property.Name);
            if (ReferenceEquals(inner, SchemaNode.Nothing)) return Quiet ?? At("is not known here; check the spelling");
            if (Check(inner, property.Value) is { } fault) return fault;
            Leave();
        }

        foreach (var name in node.Required)
        {
            charge(GasSchedule.SchemaNode);
            if (present!.Contains(name)) continue;
            Enter(name);
            return Quiet ?? At("is missing");
        }

        if (count < node.MinProperties)
            return Quiet ?? At(Invariant($"has {count} properties and must have at least {node.MinProperties}"));
        return count > node.MaxProperties
            ? Quiet ?? At(Invariant($"has {count} properties and may have {node.MaxProperties}"))
            : null;
    }

    private string? CheckCombined(SchemaNode node, JsonElement value)
    {
        if (node.AllOf.Count == 0 && node.AnyOf.Count == 0 && node.OneOf.Count == 0) return null;
        // The bytes were paid for once. Each of these looks at all of them again.
        var again = GasSchedule.OfJson(JsonMarshal.GetRawUtf8Value(value));
        foreach (var inner in node.AllOf)
        {
            charge(again);
            if (Check(inner, value) is { } fault) return fault;
        }

        if (node.AnyOf.Count > 0 && !node.AnyOf.Any(inner => Matches(inner, value, again)))
            return Quiet ?? At("matches none of the alternatives of anyOf");
        if (node.OneOf.Count == 0) return null;
        var matches = node.OneOf.Count(inner => Matches(inner, value, again));
        return matches == 1
            ? null
            : Quiet ?? At(Invariant($"matches {matches} of the alternatives of oneOf and must match one"));
    }

    private bool Matches(SchemaNode node, JsonElement value, long again)
    {
        charge(again);
        _alternatives ??= isQuiet ? this : new SchemaChecker(charge, isQuiet: true);
        return _alternatives.Check(node, value) is null;
    }

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

    private void Enter(string name)
    {
        if (!isQuiet) _path.Push(name);
    }

    private void Enter(int index)
    {
        if (!isQuiet) _path.Push(index);
    }

    private void Leave()
    {
        if (!isQuiet) _path.Pop();
    }

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
