using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ledger.Core.Tests;

/// <summary>
/// The vector files of docs/spec/vectors. They are the contract with other implementations: a test makes each anew and
/// demands that nothing changed. Run once with LEDGER_REWRITE=1 to write a file whose format changed on purpose.
/// </summary>
internal static class SpecVectors
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    public static JsonDocument Load(string name) => JsonDocument.Parse(File.ReadAllText(PathOf(name)));

    public static void AssertUnchanged(string name, JsonNode generated)
    {
        var text = generated.ToJsonString(Layout) + "\n";
        if (Environment.GetEnvironmentVariable("LEDGER_REWRITE") == "1") File.WriteAllText(PathOf(name), text);

        Assert.Equal(File.ReadAllText(PathOf(name)), text);
    }

    /// <summary>The spelling of a verdict in vectors and in the specification: upper case with underscores.</summary>
    public static string Reason(Enum verdict) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(verdict.ToString());

    private static string PathOf(string name)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Ledger.sln")))
            directory = directory.Parent;
        Assert.NotNull(directory);
        return Path.Combine(directory.FullName, "docs", "spec", "vectors", name);
    }
}
