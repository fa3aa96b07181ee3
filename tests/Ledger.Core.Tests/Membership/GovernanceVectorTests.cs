using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Membership;

/// <summary>
/// docs/spec/vectors/governance.json: bodies of changes and the verdict on each, for other implementations.
/// </summary>
public sealed class GovernanceVectorTests
{
    private const string File = "vectors/governance.json";

    private static readonly Genesis Genesis = A.GovernedGenesis();

    private static readonly (string Name, ValidatorChangeBody Body)[] Cases =
    [
        ("add", A.ApprovedChange(Genesis, 0, 5, A.Adding(Genesis, "org-e"))),
        ("remove", A.ApprovedChange(Genesis, 0, 5, ValidatorStep.Remove(A.ValidatorSigner("org-b").PublicKey))),
        ("rotate", A.ApprovedChange(Genesis, 0, 5, Rotation())),
        ("two newcomers", A.ApprovedChange(Genesis, 0, 5, A.Adding(Genesis, "org-e"), A.Adding(Genesis, "org-f"))),
        ("three newcomers", A.ApprovedChange(
            Genesis, 0, 5, A.Adding(Genesis, "org-e"), A.Adding(Genesis, "org-f"), A.Adding(Genesis, "org-g"))),
        ("next epoch", A.ApprovedChange(Genesis, 1, 5, A.Adding(Genesis, "org-e"))),
        ("unknown validator", A.ApprovedChange(
            Genesis, 0, 5, ValidatorStep.Remove(A.ValidatorSigner("org-h").PublicKey))),
        ("validator exists", A.ApprovedChange(Genesis, 0, 5, A.Adding(Genesis, "org-a"))),
        ("half of the members", A.ApprovedChange(Genesis, 0, 4, A.Adding(Genesis, "org-e"))),
        ("claim of another address", A.ApprovedChange(Genesis, 0, 5, ValidatorStep.Add(
            A.Validator("org-e") with { Address = "elsewhere:7000" },
            A.ClaimOf(Genesis, A.Validator("org-e"), A.ValidatorSigner("org-e"))))),
        ("approvals of another change", new ValidatorChangeBody(
            new ValidatorChange(Genesis.Channel, new Epoch(0), [A.Adding(Genesis, "org-e")]),
            A.ApprovedChange(Genesis, 0, 5, A.Adding(Genesis, "org-f")).Approvals)),
    ];

    [Fact]
    public void The_vectors_are_current() => SpecFile.AssertCurrent(File, Generate());

    [Fact]
    public void The_vectors_hold_when_read_back()
    {
        using var document = JsonDocument.Parse(SpecFile.Read(File));
        var root = document.RootElement;
        Assert.True(Genesis.TryDecode(Bytes(root.GetProperty("genesis")), out var genesis, out _));
        var rules = new ValidatorChangeRules(genesis);
        var count = 0;
        foreach (var item in root.GetProperty("changes").EnumerateArray())
        {
            Assert.True(ValidatorChangeBody.TryDecode(
                Bytes(item.GetProperty("body")), genesis.Suite, out var body, out _));
            var verdict = rules.Check(body, genesis.Validators, out var next);
            Assert.Equal(item.GetProperty("verdict").GetString(), verdict.Refusal.WireName());
            Assert.Equal(
                item.GetProperty("next_validators").GetString(),
                next is null ? null : Convert.ToHexStringLower(next.Encoded.Span));
            count++;
        }

        Assert.Equal(Cases.Length, count);
    }

    private static string Generate()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("format", "ledger-vectors/1");
            json.WriteString("genesis", Convert.ToHexStringLower(Genesis.Encoded.Span));
            json.WriteString("present_validators", Convert.ToHexStringLower(Genesis.Validators.Encoded.Span));
            json.WriteStartArray("changes");
            var rules = new ValidatorChangeRules(Genesis);
            foreach (var (name, body) in Cases)
            {
                var verdict = rules.Check(body, Genesis.Validators, out var next);
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("body", Convert.ToHexStringLower(body.Encode()));
                json.WriteString("verdict", verdict.Refusal.WireName());
                if (next is null) json.WriteNull("next_validators");
                else json.WriteString("next_validators", Convert.ToHexStringLower(next.Encoded.Span));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static ValidatorStep Rotation()
    {
        var fresh = A.Signer("rotated");
        var validator = new Validator("org-c", fresh.PublicKey, "c.example:7001");
        return ValidatorStep.Replace(
            A.ValidatorSigner("org-c").PublicKey, validator, A.ClaimOf(Genesis, validator, fresh));
    }

    private static byte[] Bytes(JsonElement text) => Convert.FromHexString(text.GetString()!);
}
