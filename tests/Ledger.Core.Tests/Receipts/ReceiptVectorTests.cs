using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Core.Tests.Receipts;

public sealed class ReceiptVectorTests
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    [Fact]
    public void The_vector_files_are_what_this_implementation_makes()
    {
        SpecFile.AssertCurrent("vectors/genesis.json", Text(GenesisJson.Write(ReceiptForge.Genesis)));
        SpecFile.AssertCurrent("vectors/receipt.json", Text(ReceiptJson.Write(ReceiptForge.Good)));
        SpecFile.AssertCurrent("vectors/receipts.json", Vectors().ToJsonString(Layout) + "\n");
    }

    [Fact]
    public void P24_every_vector_gets_its_verdict()
    {
        var json = System.Text.Encoding.UTF8.GetBytes(SpecFile.Read("vectors/genesis.json"));
        Assert.True(GenesisJson.TryParse(json, out var genesis, out var error), error);
        using var file = JsonDocument.Parse(SpecFile.Read("vectors/receipts.json"));
        Assert.Equal(file.RootElement.GetProperty("channel").GetString(), genesis.Channel.ToString());
        Assert.Equal(
            file.RootElement.GetProperty("genesis_encoded").GetString(),
            Convert.ToHexStringLower(genesis.Encoded.Span));
        foreach (var vector in file.RootElement.GetProperty("receipts").EnumerateArray())
        {
            var encoded = Convert.FromHexString(vector.GetProperty("receipt").GetString()!);
            var verdict = ReceiptVerifier.Verify(encoded, genesis);

            var change = vector.GetProperty("epoch_change");
            Assert.Equal(vector.GetProperty("fault").GetString(), SpecVectors.Reason(verdict.Fault));
            Assert.Equal(change.ValueKind == JsonValueKind.Null ? null : change.GetInt32(), verdict.EpochChange);
        }
    }

    [Fact]
    public void The_page_names_every_fault()
    {
        var page = SpecFile.Read("receipt.md");

        Assert.All(
            Enum.GetValues<ReceiptFault>().Where(f => f != ReceiptFault.None),
            fault => Assert.Contains($"`{SpecVectors.Reason(fault)}`", page, StringComparison.Ordinal));
    }

    private static JsonObject Vectors() => new()
    {
        ["spec"] = "docs/spec/receipt.md",
        ["genesis"] = "genesis.json",
        ["genesis_encoded"] = Convert.ToHexStringLower(ReceiptForge.Genesis.Encoded.Span),
        ["channel"] = ReceiptForge.Genesis.Channel.ToString(),
        ["receipts"] = new JsonArray(
            [.. ReceiptForge.Valid.Concat(ReceiptForge.Broken).Select(c => (JsonNode)new JsonObject
            {
                ["case"] = c.Name,
                ["fault"] = SpecVectors.Reason(c.Fault),
                ["epoch_change"] = c.EpochChange,
                ["receipt"] = Convert.ToHexStringLower(c.Encoded),
            })]),
    };

    private static string Text(byte[] utf8) => System.Text.Encoding.UTF8.GetString(utf8);
}
