using System.Text.Json.Nodes;

namespace Ledger.Node.Api.Rest.OpenApi;

/// <summary>
/// Examples of answers: those of docs/spec/vectors/rest, which tests make of a real chain, built into the program.
/// </summary>
internal static class ExampleFiles
{
    /// <summary>The example of an operation; null when there is none.</summary>
    public static JsonNode? Of(string operation)
    {
        using var file = typeof(ExampleFiles).Assembly.GetManifestResourceStream($"rest/{operation}.json");
        return file is null ? null : JsonNode.Parse(file);
    }
}
