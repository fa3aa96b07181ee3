using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ledger.Contracts.Authoring;

/// <summary>
/// What tests reached of a contract: of its functions and queries which returned, and of the codes that it refuses with
/// which were seen. Not a measure of lines.
/// </summary>
/// <param name="Functions">Functions and queries of the schema that returned at least once, and those that never
/// did.</param>
/// <param name="Codes">Codes that stand in the source and were seen, and those that never were.</param>
public sealed partial record ContractCoverage(Reached Functions, Reached Codes)
{
    /// <summary>Compares a contract with what was called.</summary>
    public static ContractCoverage Of(
        ContractText contract, IReadOnlyDictionary<string, CallStatistics> calls, IReadOnlySet<string> codes)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        using (var schema = JsonDocument.Parse(contract.Schema))
        {
            foreach (var (part, prefix) in new[] { ("functions", ""), ("queries", "queries.") })
            {
                if (!schema.RootElement.TryGetProperty(part, out var entries)) continue;
                foreach (var entry in entries.EnumerateObject()) names.Add(prefix + entry.Name);
            }
        }

        var returned = calls.Where(c => c.Value.Returned > 0)
            .Select(c => c.Key[(c.Key.IndexOf('.', StringComparison.Ordinal) + 1)..])
            .ToHashSet(StringComparer.Ordinal);
        var written = Code().Matches(contract.Source).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        return new ContractCoverage(Split(names, returned.Contains), Split(written, codes.Contains));
    }

    private static Reached Split(IEnumerable<string> names, Func<string, bool> isReached)
    {
        var sorted = names.Order(StringComparer.Ordinal).ToLookup(isReached);
        return new Reached([.. sorted[true]], [.. sorted[false]]);
    }

    // The second argument of a refusal, or the first of ctx.fail: a text in capitals.
    [GeneratedRegex(@"(?:\bfail\(\s*|,\s*)""([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)""\s*[,)]", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}

/// <summary>Names that were reached, and names that were not; each in order.</summary>
public sealed record Reached(IReadOnlyList<string> Seen, IReadOnlyList<string> Missed)
{
    /// <summary>How many there are.</summary>
    public int Count => Seen.Count + Missed.Count;
}
