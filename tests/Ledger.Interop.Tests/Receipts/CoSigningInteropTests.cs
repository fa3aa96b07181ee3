using System.Text.Json;

namespace Ledger.Interop.Tests.Receipts;

/// <summary>The verifier in Python comes to the same verdicts on co-signed records.</summary>
public sealed class CoSigningInteropTests
{
    [Fact]
    public async Task Python_comes_to_the_verdict_of_every_vector()
    {
        var path = Path.Combine(PythonVerifier.Root, "docs", "spec", "vectors", "co-signing.json");
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path));
        var expected = document.RootElement.GetProperty("cases").EnumerateArray()
            .Select(c => (c.GetProperty("name").GetString(), c.GetProperty("verdict").GetString())).ToArray();

        var lines = (await PythonVerifier.RunScriptAsync("co_signing.py", "", path)).Split('\n')[..^1];

        Assert.NotEmpty(expected);
        Assert.Equal(expected, lines.Select(line =>
        {
            using var found = JsonDocument.Parse(line);
            return (found.RootElement.GetProperty("name").GetString(),
                found.RootElement.GetProperty("verdict").GetString());
        }));
    }
}
