using System.Numerics;
using System.Text.Json;
using Ledger.Client.Contracts;

namespace Ledger.Cli.Commands.Contract;

/// <summary>
/// What the calls of a feed gave together: whole numbers and amounts of their results are added up, lists are counted,
/// and so are the results with each of the few texts that a property such as a decision has.
/// </summary>
internal sealed class FeedTotals
{
    private const int MaxTexts = 4;

    // Bound: the properties of a contract's results, which its schema fixes.
    private readonly SortedDictionary<string, BigInteger> _sums = new(StringComparer.Ordinal);

    // Bound: the properties, and a few texts of each; null where there were more.
    private readonly SortedDictionary<string, SortedDictionary<string, int>?> _texts = new(StringComparer.Ordinal);

    public int Rows { get; private set; }

    public int Calls { get; private set; }

    public ulong Gas { get; private set; }

    public IReadOnlyDictionary<string, BigInteger> Sums => _sums;

    /// <summary>For each property and text of it, as <c>NAME=TEXT</c>, how many results had it.</summary>
    public IEnumerable<(string Text, int Times)> Texts =>
        from property in _texts
        where property.Value is not null
        from text in property.Value
        select ($"{property.Key}={text.Key}", text.Value);

    public void Add(int rows, ContractResult result)
    {
        Rows += rows;
        Calls++;
        Gas += result.Outcome.GasUsed;
        using var document = JsonDocument.Parse(result.Outcome.Value);
        if (document.RootElement.ValueKind != JsonValueKind.Object) return;
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (NumberOf(property.Value) is { } number)
                _sums[property.Name] = _sums.GetValueOrDefault(property.Name) + number;
            else if (property.Value.ValueKind == JsonValueKind.String)
                Count(property.Name, property.Value.GetString()!);
        }
    }

    private void Count(string name, string text)
    {
        if (!_texts.TryGetValue(name, out var counts)) _texts[name] = counts = new(StringComparer.Ordinal);
        if (counts is null) return;
        counts[text] = counts.GetValueOrDefault(text) + 1;
        // An id, say: nobody wants each of them.
        if (counts.Count > MaxTexts) _texts[name] = null;
    }

    private static BigInteger? NumberOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength(),
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        JsonValueKind.String when BigInteger.TryParse(
            value.GetString(), System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture, out var amount) => amount,
        _ => null,
    };
}
