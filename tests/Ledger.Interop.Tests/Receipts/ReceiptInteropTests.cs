using System.Text.Json;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Interop.Tests.Receipts;

/// <summary>
/// The specification is enough to write a verifier: one in Python, from docs/spec alone, comes to our verdict on every
/// receipt, and to the same fault where it is broken.
/// </summary>
public sealed class ReceiptInteropTests
{
    private static readonly string Vectors = Path.Combine(PythonVerifier.Root, "docs", "spec", "vectors");
    private static readonly string GenesisPath = Path.Combine(Vectors, "genesis.json");

    [Fact]
    public async Task Every_vector_gets_its_verdict_from_the_python_verifier()
    {
        using var file = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Vectors, "receipts.json")));
        var vectors = file.RootElement.GetProperty("receipts").EnumerateArray().ToList();
        var expected = vectors.Select(v => Line(v.GetProperty("fault").GetString()!, Place(v)));

        var verdicts = await PythonVerifier.VerdictsAsync(
            GenesisPath, vectors.Select(v => Convert.FromHexString(v.GetProperty("receipt").GetString()!)));

        Assert.Equal(
            expected.Select((e, i) => $"{vectors[i].GetProperty("case")}: {e}"),
            verdicts.Select((v, i) => $"{vectors[i].GetProperty("case")}: {v}"));
    }

    [Fact]
    public async Task Every_proof_of_the_logs_growth_gets_its_verdict_from_the_python_verifier()
    {
        using var file = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Vectors, "consistency.json")));
        var vectors = file.RootElement.GetProperty("proofs").EnumerateArray().ToList();
        var lines = vectors.Select(v => JsonSerializer.Serialize(v.GetProperty("file")) + "\n");

        var output = await PythonVerifier.RunScriptAsync(
            "verify_receipt.py", string.Concat(lines), GenesisPath, "--consistency");

        Assert.Equal(
            vectors.Select(v => $"{v.GetProperty("case")}: {Line(v.GetProperty("fault").GetString()!, Place(v))}"),
            output.Split('\n')[..^1].Select((v, i) => $"{vectors[i].GetProperty("case")}: {v}"));
    }

    [Fact]
    public async Task The_json_form_is_verified_by_the_python_verifier() => Assert.Equal(
        "NONE", await PythonVerifier.VerdictAsync(GenesisPath, Path.Combine(Vectors, "receipt.json")));

    [Fact]
    public async Task Both_verifiers_agree_on_mutated_receipts()
    {
        var json = await File.ReadAllBytesAsync(GenesisPath);
        Assert.True(GenesisJson.TryParse(json, out var genesis, out var error), error);
        var chain = new TestChain(genesis);
        chain.Add(A.Record(), A.Record("vehicle-7"));
        chain.EndEpoch(A.ValidatorSet(1, "org-a", "org-b", "org-e", "org-f"));
        chain.Add(A.FullRecord(), A.Record("order-2"));
        var mutated = Mutations(chain.Receipt(2).Encode()).ToList();
        var expected = mutated.Select(m => ReceiptVerifier.Verify(m, genesis)).ToList();

        var verdicts = await PythonVerifier.VerdictsAsync(GenesisPath, mutated);

        Assert.Equal(expected.Select(v => Line(FaultName(v.Fault), v.EpochChange)), verdicts);
        Assert.True(expected.Select(v => v.Fault).Distinct().Count() >= 10, "the mutations reach too few steps");
    }

    // Every byte of the receipt changed once, in one of eight ways.
    private static IEnumerable<byte[]> Mutations(byte[] receipt)
    {
        yield return receipt;
        for (var i = 0; i < receipt.Length; i++)
        {
            var mutated = (byte[])receipt.Clone();
            mutated[i] ^= (byte)(1 << (i % 8));
            yield return mutated;
        }
    }

    private static int? Place(JsonElement vector)
    {
        var place = vector.GetProperty("epoch_change");
        return place.ValueKind == JsonValueKind.Null ? null : place.GetInt32();
    }

    private static string FaultName(ReceiptFault fault) =>
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(fault.ToString());

    private static string Line(string fault, int? place) => place is null ? fault : $"{fault} {place}";
}
