using System.Numerics;
using System.Text.Json;
using Ledger.Client.Contracts;

namespace Ledger.Cli.Commands.Contract;

/// <summary>
/// What the calls of a feed gave together: whole numbers and amounts of their results are added up, lists are counted.
/// </summary>
internal sealed class FeedTotals
{
    // Bound: the properties of a contract's results, which its schema fixes.
    private readonly SortedDictionary<string, BigInteger> _sums = new(StringComparer.Ordinal);

    public int Rows { get; private set; }

    public int Calls { get; private set; }

    public ulong Gas { get; private set; }

    public IReadOnlyDictionary<string, BigInteger> Sums => _sums;

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
        }
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
