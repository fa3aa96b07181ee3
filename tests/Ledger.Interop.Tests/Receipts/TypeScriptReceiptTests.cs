using System.Text.Json;
using Ledger.Core.Membership;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Interop.Tests.Receipts;

/// <summary>The verifier that browsers run comes to our verdict on every receipt, with the same fault.</summary>
public sealed class TypeScriptReceiptTests
{
    private static readonly string Vectors = Path.Combine(PythonVerifier.Root, "docs", "spec", "vectors");
    private static readonly string GenesisPath = Path.Combine(Vectors, "genesis.json");

    [Fact]
    public async Task The_package_passes_its_own_tests_over_all_vectors()
    {
        var (status, output) = await TypeScriptVerifier.TestAsync();

        Assert.True(status == 0, output);
        Assert.Contains("# fail 0", output, StringComparison.Ordinal);
        Assert.DoesNotContain("# pass 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_verifiers_agree_on_receipts_with_every_byte_changed_once()
    {
        var json = await File.ReadAllBytesAsync(GenesisPath);
        Assert.True(GenesisJson.TryParse(json, out var genesis, out var error), error);
        var chain = new TestChain(genesis);
        chain.Add(A.Record(), A.Record("vehicle-7"));
        chain.EndEpoch(A.ValidatorSet(1, "org-a", "org-b", "org-e", "org-f"));
        chain.Add(A.FullRecord(), A.Record("order-2"));
        var receipt = chain.Receipt(2).Encode();
        var mutated = Enumerable.Range(0, receipt.Length).Select(i => Flip(receipt, i)).Prepend(receipt).ToList();
        var expected = mutated.Select(m => ReceiptVerifier.Verify(m, genesis)).ToList();

        var verdicts = await TypeScriptVerifier.VerdictsAsync(GenesisPath, mutated);

        Assert.Equal(expected.Select(Line), verdicts);
        Assert.True(expected.Select(v => v.Fault).Distinct().Count() >= 10, "the mutations reach too few steps");
    }

    [Fact]
    public async Task Both_verifiers_agree_on_portable_receipts_with_bytes_changed()
    {
        var json = await File.ReadAllBytesAsync(GenesisPath);
        Assert.True(GenesisJson.TryParse(json, out var genesis, out var error), error);
        var vectors = await File.ReadAllBytesAsync(Path.Combine(Vectors, "portable-receipts.json"));
        using var file = JsonDocument.Parse(vectors);
        var good = file.RootElement.GetProperty("files").EnumerateArray()
            .Where(v => v.GetProperty("fault").GetString() == "NONE")
            .Select(v => Convert.FromHexString(v.GetProperty("file").GetString()!));
        // Every ninth byte: all eight bits in turn, and every part of every form is reached.
        var mutated = good.SelectMany(f => Enumerable.Range(0, (f.Length + 8) / 9).Select(i => Flip(f, 9 * i))
            .Append(f[..^1]).Append([.. f, 0x0a])).ToList();
        var expected = mutated.Select(m => AnyReceipt.TryRead(m, out var receipt, out _)
            ? Line(receipt.Verify(genesis))
            : "MALFORMED").ToList();

        var verdicts = await TypeScriptVerifier.VerdictsAsync(GenesisPath, mutated);

        Assert.Equal(expected, verdicts);
        Assert.True(expected.Distinct().Count() >= 5, "the mutations reach too few steps");
    }

    [Fact]
    public async Task The_command_tells_the_anchored_file_from_another()
    {
        var receipt = Path.Combine(Vectors, "receipt.json");

        var alone = await TypeScriptVerifier.VerdictAsync(GenesisPath, receipt);
        var other = await TypeScriptVerifier.VerdictAsync(GenesisPath, receipt, GenesisPath);

        Assert.Equal((0, "NONE"), (alone.Status, alone.Output.Split('\n')[0]));
        Assert.Equal(1, other.Status);
        Assert.Contains("is NOT anchored by this receipt", other.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_whose_readers_genesis_names_has_the_same_id_for_both()
    {
        var json = await File.ReadAllBytesAsync(GenesisPath);
        Assert.True(GenesisJson.TryParse(json, out var plain, out var error), error);
        var genesis = new Genesis(
            plain.Consortium, plain.ChannelName, plain.Suite, plain.Created,
            plain.Parameters with { Reading = new ReadingParameters { Roles = ["auditor", "regulator"] } },
            plain.Validators, plain.Members);
        var folder = Directory.CreateTempSubdirectory("ledger-interop-").FullName;
        var path = Path.Combine(folder, "genesis.json");
        await File.WriteAllBytesAsync(path, GenesisJson.Write(genesis));
        var chain = new TestChain(genesis);
        chain.Add(A.Record());

        var ours = await TypeScriptVerifier.VerdictsAsync(path, [chain.Receipt(0).Encode()]);
        var other = await TypeScriptVerifier.VerdictsAsync(GenesisPath, [chain.Receipt(0).Encode()]);
        Directory.Delete(folder, recursive: true);

        Assert.Equal("NONE", Assert.Single(ours));
        Assert.Equal("WRONG_CHANNEL", Assert.Single(other));
    }

    private static byte[] Flip(byte[] receipt, int place)
    {
        var mutated = (byte[])receipt.Clone();
        mutated[place] ^= (byte)(1 << (place % 8));
        return mutated;
    }

    private static string Line(ReceiptVerdict verdict)
    {
        var name = JsonNamingPolicy.SnakeCaseUpper.ConvertName(verdict.Fault.ToString());
        return verdict.EpochChange is { } place ? $"{name} {place}" : name;
    }
}
