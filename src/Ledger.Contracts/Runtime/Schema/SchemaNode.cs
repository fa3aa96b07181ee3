using System.Collections.Frozen;

namespace Ledger.Contracts.Runtime.Schema;

/// <summary>The kinds of JSON values that a schema tells apart.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Text = 8,
    Array = 16,
    Object = 32,
    Any = 63,
}

/// <summary>A value that <c>enum</c> or <c>const</c> allows: a scalar.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">The text of a text, <c>true</c> or <c>false</c>, the digits of an integer, empty for null.</param>
internal readonly record struct Scalar(JsonKinds Kind, string Text);

/// <summary>
/// One schema of the subset of JSON Schema 2020-12 that contracts have (docs/spec/contract-runtime.md). Immutable.
/// </summary>
internal sealed record SchemaNode
{
    /// <summary>Allows everything.</summary>
    public static readonly SchemaNode Anything = new();

    /// <summary>Allows nothing.</summary>
    public static readonly SchemaNode Nothing = new() { Kinds = JsonKinds.None };

    public JsonKinds Kinds { get; init; } = JsonKinds.Any;

    public FrozenDictionary<string, SchemaNode> Properties { get; init; } =
        FrozenDictionary<string, SchemaNode>.Empty;

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>For properties that are not in <see cref="Properties"/>.</summary>
    public SchemaNode? Additional { get; init; }

    public SchemaNode? Items { get; init; }

    /// <summary>Null when every value is allowed.</summary>
    public IReadOnlyList<Scalar>? Values { get; init; }

    public int MinLength { get; init; }

    public int MaxLength { get; init; } = int.MaxValue;

    public int MinItems { get; init; }

    public int MaxItems { get; init; } = int.MaxValue;

    public int MinProperties { get; init; }

    public int MaxProperties { get; init; } = int.MaxValue;

    public long Minimum { get; init; } = long.MinValue;

    public long Maximum { get; init; } = long.MaxValue;

    public string? Format { get; init; }

    public IReadOnlyList<SchemaNode> OneOf { get; init; } = [];

    public IReadOnlyList<SchemaNode> AnyOf { get; init; } = [];

    public IReadOnlyList<SchemaNode> AllOf { get; init; } = [];
}
