using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Core.Callers;

namespace Ledger.Core.Tests.Callers;

public sealed class CallerVectorTests
{
    [Fact]
    public void The_vector_file_is_what_this_implementation_makes() =>
        SpecVectors.AssertUnchanged("callers.json", Vectors());

    [Fact]
    public void Every_vector_gets_its_verdict()
    {
        using var file = SpecVectors.Load("callers.json");
        var faults = new HashSet<string>();
        foreach (var vector in file.RootElement.GetProperty("tokens").EnumerateArray())
        {
            var fault = SpecVectors.Reason(TokenForge.Verify(vector.GetProperty("token").GetString()!));
            Assert.Equal((Name(vector), vector.GetProperty("fault").GetString()), (Name(vector), fault));
            faults.Add(fault);
        }

        // A fault that no vector shows would be one that nobody checks.
        var all = Enum.GetValues<CallerFault>().Select(f => f.WireName()).Where(n => n.StartsWith("TOKEN_"));
        Assert.Superset(all.ToHashSet(), faults);
    }

    [Fact]
    public void The_pages_name_every_fault()
    {
        var (page, reasons) = (SpecFile.Read("callers.md"), SpecFile.Read("reasons.md"));

        Assert.All(Enum.GetValues<CallerFault>().Where(f => f != CallerFault.None), fault =>
        {
            Assert.Equal(SpecVectors.Reason(fault), fault.WireName());
            Assert.Contains($"`{fault.WireName()}`", page, StringComparison.Ordinal);
            Assert.Contains($"`{fault.WireName()}`", reasons, StringComparison.Ordinal);
        });
    }

    private static string? Name(JsonElement vector) => vector.GetProperty("case").GetString();

    private static JsonObject Vectors() => new()
    {
        ["spec"] = "docs/spec/callers.md",
        ["channel"] = TokenForge.Genesis.Channel.ToString(),
        ["audiences"] = new JsonArray([.. TokenForge.Audiences.Select(a => (JsonNode)a)]),
        ["now"] = TokenForge.Now,
        ["members"] = new JsonArray(
            [.. TokenForge.Genesis.Members.Select(m => (JsonNode)new JsonObject
            {
                ["member"] = m.Id,
                ["key"] = m.Keys[0].Key.ToString(),
                ["kid"] = m.Keys[0].Key.Id.ToString(),
            })]),
        ["tokens"] = new JsonArray(
            [.. TokenForge.Valid.Concat(TokenForge.Broken).Select(c => (JsonNode)new JsonObject
            {
                ["case"] = c.Name,
                ["fault"] = c.Fault.WireName(),
                ["token"] = c.Token,
            })]),
    };
}
