using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Consensus.Faults;
using Ledger.Core.Accountability;
using Ledger.Core.Membership;

namespace Ledger.Consensus.Tests.Accountability;

/// <summary>
/// docs/spec/vectors/faults.json: the contract with other implementations. Run once with LEDGER_REWRITE=1 to write it
/// when the format changed on purpose.
/// </summary>
public sealed class FaultVectorTests
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    [Fact]
    public void The_vector_file_is_what_this_implementation_makes()
    {
        var text = Vectors().ToJsonString(Layout) + "\n";
        var path = PathOf("vectors/faults.json");
        if (Environment.GetEnvironmentVariable("LEDGER_REWRITE") == "1") File.WriteAllText(path, text);

        Assert.Equal(File.ReadAllText(path), text);
    }

    [Fact]
    public void Every_vector_gets_its_verdict()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(PathOf("vectors/faults.json")));
        var encoded = Convert.FromHexString(file.RootElement.GetProperty("genesis_encoded").GetString()!);
        Assert.True(Genesis.TryDecode(encoded, out var genesis, out var error), error);
        foreach (var vector in file.RootElement.GetProperty("faults").EnumerateArray())
        {
            var proof = Convert.FromHexString(vector.GetProperty("proof").GetString()!);

            var verdict = FaultVerifier.Verify(proof, genesis);

            Assert.Equal(vector.GetProperty("refusal").GetString(), Name(verdict.Refusal));
            Assert.Equal(vector.GetProperty("statement").GetInt32(), verdict.Statement);
        }
    }

    [Fact]
    public void The_page_names_every_kind_and_every_refusal()
    {
        var page = File.ReadAllText(PathOf("accountability.md"));

        Assert.All(
            Enum.GetValues<FaultRefusal>().Where(r => r != FaultRefusal.None),
            refusal => Assert.Contains($"`{Name(refusal)}`", page, StringComparison.Ordinal));
        Assert.All(
            Enum.GetValues<FaultKind>().Where(k => k != FaultKind.None),
            kind => Assert.Contains($"`{FaultProofJson.NameOf(kind)}`", page, StringComparison.Ordinal));
    }

    private static JsonObject Vectors() => new()
    {
        ["spec"] = "docs/spec/accountability.md",
        ["genesis_encoded"] = Convert.ToHexStringLower(FaultForge.Genesis.Encoded.Span),
        ["channel"] = FaultForge.Genesis.Channel.ToString(),
        ["faults"] = new JsonArray(
            [.. FaultForge.Proven.Concat(FaultForge.Broken).Select(c => (JsonNode)new JsonObject
            {
                ["case"] = c.Name,
                ["kind"] = FaultProofJson.NameOf(c.Proof.Kind),
                ["refusal"] = Name(c.Refusal),
                ["statement"] = c.Statement,
                ["proof"] = Convert.ToHexStringLower(c.Proof.Encode()),
            })]),
    };

    private static string Name(FaultRefusal refusal) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(refusal.ToString());

    private static string PathOf(string name)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Ledger.sln")))
            directory = directory.Parent;
        Assert.NotNull(directory);
        return Path.Combine(directory.FullName, "docs", "spec", name);
    }
}
