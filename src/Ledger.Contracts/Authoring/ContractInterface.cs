using System.Text.Json;

namespace Ledger.Contracts.Authoring;

/// <summary>What a contract offers by its exports against what it offers by its schema.</summary>
public static class ContractInterface
{
    /// <summary>Exports that the schema does not have, in the order of the module.</summary>
    /// <param name="schema">The contract's schema.</param>
    /// <param name="exports">The JSON array of the module's exports.</param>
    public static IReadOnlyList<string> Unreachable(string schema, string exports)
    {
        using var document = JsonDocument.Parse(schema);
        using var names = JsonDocument.Parse(exports);
        var known = document.RootElement.TryGetProperty("functions", out var functions)
            ? functions.EnumerateObject().Select(f => f.Name).ToHashSet(StringComparer.Ordinal)
            : [];
        return
        [
            .. names.RootElement.EnumerateArray().Select(n => n.GetString()!)
                .Where(n => n is not ("queries" or "schedule" or "migrate") && !known.Contains(n)),
        ];
    }
}
