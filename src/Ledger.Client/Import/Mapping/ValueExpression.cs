using System.Text.RegularExpressions;

namespace Ledger.Client.Import.Mapping;

/// <summary>
/// A rule of an expression: when the pattern matches the field's value, the template gives the result.
/// </summary>
internal sealed record ValueRule(Regex Pattern, Template Result);

/// <summary>
/// How one value of a record is made from a row: a constant, or a field that goes through rules (first match wins) and
/// then a table. Immutable.
/// </summary>
internal sealed class ValueExpression
{
    /// <summary>Where the expression stands in the mapping file, for messages.</summary>
    public required string Path { get; init; }

    /// <summary>The value itself; then the other members are unused.</summary>
    public string? Constant { get; init; }

    /// <summary>The source field.</summary>
    public string? Field { get; init; }

    /// <summary>Rules in order. Empty: the value passes as it is.</summary>
    public IReadOnlyList<ValueRule> Rules { get; init; } = [];

    /// <summary>Replacements of whole values; null: the value passes as it is.</summary>
    public IReadOnlyDictionary<string, string>? Table { get; init; }

    /// <summary>The value when no rule or no table entry fits; null: that is an error.</summary>
    public string? Otherwise { get; init; }

    /// <summary>Whether a row may lack the field.</summary>
    public bool Optional { get; init; }

    /// <summary>The value for a row; null when it is optional and the row lacks it.</summary>
    /// <exception cref="ImportException">The row has no value for it.</exception>
    public string? Evaluate(ImportRow row)
    {
        if (Constant is not null) return Constant;
        if (!row.Fields.TryGetValue(Field!, out var value) || value.Length == 0)
        {
            return Optional
                ? null
                : throw new ImportException(row.Line, Field, $"the row lacks it and {Path} of the mapping needs it");
        }

        if (Rules.Count > 0 && !TryRules(value, out value))
            return Otherwise ?? throw NoFit(row, value, "rule");
        if (Table is null || Table.TryGetValue(value, out value!)) return value;
        return Otherwise ?? throw NoFit(row, row.Fields[Field!], "table entry");
    }

    private bool TryRules(string value, out string result)
    {
        foreach (var rule in Rules)
        {
            var match = rule.Pattern.Match(value);
            if (!match.Success) continue;
            result = rule.Result.Expand(match);
            return true;
        }

        result = value;
        return false;
    }

    private ImportException NoFit(ImportRow row, string value, string what) =>
        new(row.Line, Field, $"no {what} of {Path} in the mapping fits '{value}'; add one, or an 'otherwise'");
}
