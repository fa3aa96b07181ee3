using System.Diagnostics;
using System.Text.Json;
using Ledger.Client.Portable;
using Ledger.Core.Membership;
using Ledger.Core.Portable;
using Ledger.Testing.Builders;

namespace Ledger.Interop.Tests.Receipts;

/// <summary>
/// Other people's programs read what we write: Debian's cbor2 the CBOR, its cryptography the COSE signatures, zbarimg the
/// QR code; a verifier from the specification alone comes to our verdicts.
/// </summary>
public sealed class PortableInteropTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string Vectors = Path.Combine(PythonVerifier.Root, "docs", "spec", "vectors");
    private static readonly string GenesisPath = Path.Combine(Vectors, "genesis.json");
    private static readonly string Scripts = Path.Combine(PythonVerifier.Root, "tests", "Ledger.Interop.Tests", "python");

    [Fact]
    public async Task Every_vector_gets_its_verdict_from_a_verifier_on_a_foreign_cose_library()
    {
        using var file = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Vectors, "portable-receipts.json")));
        var vectors = file.RootElement.GetProperty("files").EnumerateArray().ToList();

        var verdicts = await LinesAsync("--vectors", vectors.Select(v => v.GetProperty("file").GetString()!));

        Assert.Equal(
            vectors.Select(v => $"{v.GetProperty("case")}: {v.GetProperty("fault")}"),
            verdicts.Select((v, i) => $"{vectors[i].GetProperty("case")}: {v}"));
    }

    [Fact]
    public async Task Both_verifiers_agree_on_mutated_files()
    {
        Assert.True(GenesisJson.TryParse(await File.ReadAllBytesAsync(GenesisPath), out var genesis, out var error), error);
        using var file = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Vectors, "portable-receipts.json")));
        var good = file.RootElement.GetProperty("files").EnumerateArray()
            .Where(v => v.GetProperty("fault").GetString() == "NONE")
            .Select(v => Convert.FromHexString(v.GetProperty("file").GetString()!)).ToList();
        var mutated = good.SelectMany(Mutations).ToList();

        var verdicts = await LinesAsync("--vectors", mutated.Select(Convert.ToHexStringLower));

        var ours = mutated.Select(m => AnyReceipt.TryRead(m, out var receipt, out _) && receipt.Verify(genesis).IsValid);
        Assert.Equal(ours, verdicts.Select(v => v == "NONE"));
    }

    [Fact]
    public async Task A_foreign_cbor_library_reads_what_we_write_and_writes_the_same()
    {
        using var file = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Vectors, "portable-receipts.json")));
        var files = file.RootElement.GetProperty("files").EnumerateArray()
            .Where(v => !v.GetProperty("case").GetString()!.StartsWith("tlog", StringComparison.Ordinal)
                && v.GetProperty("fault").GetString() == "NONE")
            .Select(v => v.GetProperty("file").GetString()!).ToArray();

        Assert.Equal(files, await LinesAsync("--cbor", files));
    }

    [Fact]
    public async Task The_qr_code_of_a_certificate_is_read_by_a_scanner()
    {
        var chain = new TestChain(A.Genesis());
        chain.Add(A.FullRecord());
        Assert.True(AnyReceipt.TryRead(chain.Receipt(0).Encode(), out var receipt, out var error), error);
        var content = receipt.Verify(A.Genesis()).Content!;
        var path = Path.Combine(Directory.CreateTempSubdirectory("ledger-qr-").FullName, "certificate");
        await File.WriteAllBytesAsync(
            path + ".html",
            CertificateDocument.Write(
                receipt, content, A.Genesis(), CertificateLanguages.Chinese | CertificateLanguages.English));
        await File.WriteAllBytesAsync(
            path + ".pgm",
            await RunAsync("/usr/bin/python3", "", "-B", Path.Combine(Scripts, "qr_picture.py"), path + ".html"));

        var said = System.Text.Encoding.UTF8.GetString(await RunAsync("zbarimg", "", "--quiet", "--raw", path + ".pgm"));

        Assert.Equal(CertificateDocument.CodeText(content), said.TrimEnd('\n'));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    // Bytes of a file changed once, in one of eight ways, and the file cut.
    private static IEnumerable<byte[]> Mutations(byte[] file)
    {
        for (var i = 0; i < file.Length; i += 7)
        {
            var mutated = (byte[])file.Clone();
            mutated[i] ^= (byte)(1 << (i % 8));
            yield return mutated;
        }

        yield return file[..^1];
        yield return [.. file, 0];
    }

    private static async Task<string[]> LinesAsync(string mode, IEnumerable<string> lines)
    {
        var output = await RunAsync(
            "/usr/bin/python3", string.Concat(lines.Select(l => l + "\n")), "-B",
            Path.Combine(Scripts, "verify_portable.py"), GenesisPath, mode);
        return System.Text.Encoding.UTF8.GetString(output).Split('\n')[..^1];
    }

    private static async Task<byte[]> RunAsync(string program, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)
            ?? throw new InvalidOperationException($"{program} did not start: run scripts/setup --tests");
        using var limit = new CancellationTokenSource(Limit);
        var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, $"{program}: {await errors}; run scripts/setup --tests");
        return output.ToArray();
    }
}
