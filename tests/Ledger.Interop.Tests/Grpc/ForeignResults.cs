using System.Text.Json;

namespace Ledger.Interop.Tests.Grpc;

/// <summary>What a foreign program printed, by the names of its cases. Immutable.</summary>
public sealed class ForeignResults(IEnumerable<JsonElement> lines)
{
    private readonly Dictionary<string, JsonElement> _results = lines.ToDictionary(
        line => line.GetProperty("name").GetString()!, line => line.GetProperty("result"));

    public JsonElement this[string name] => _results[name];

    /// <summary>Asserts that a case had this result, written as JSON.</summary>
    public void Equal(string name, string expected) => Equal(this[name], expected);

    /// <summary>Asserts that everything that a case looked at was so.</summary>
    public void AllTrue(string name)
    {
        var result = _results[name];
        Assert.True(result.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.True), result.GetRawText());
    }

    /// <summary>Asserts that a value is this one, written as JSON.</summary>
    public static void Equal(JsonElement actual, string expected)
    {
        using var document = JsonDocument.Parse(expected);
        Assert.True(
            JsonElement.DeepEquals(document.RootElement, actual),
            $"expected {document.RootElement}, got {actual.GetRawText()}");
    }
}
