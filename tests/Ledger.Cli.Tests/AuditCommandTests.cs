using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Ledger.Cli.Commands.Audit;
using Ledger.Core.Accountability;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Cli.Tests;

public sealed class AuditCommandTests
{
    private static readonly Genesis Genesis = A.Genesis();

    private readonly CliFixture _cli = new();

    public AuditCommandTests() => File.WriteAllBytes(_cli.PathOf("channel.json"), GenesisJson.Write(Genesis));

    private Task<int> RunAsync(params string[] arguments) =>
        _cli.RunAsync(["audit", .. arguments, "--genesis", "channel.json"]);

    private static FaultProof Proof(BlockHeader one, BlockHeader other)
    {
        var signer = A.ValidatorSigner("org-d");
        SignedStatement Sign(BlockHeader header)
        {
            var hash = BlockHeader.HashOf(header.Encode(), Sha256.Instance);
            return new SignedStatement(header.Encode(), signer.Sign(DomainTag.Checkpoint, hash.AsSpan()));
        }

        return CheckpointFaults.Create(
            Genesis.Channel, new Epoch(0), signer.PublicKey, Sign(one), Sign(other), []);
    }

    private static FaultProof Proven => Proof(A.Header(Genesis, 5), A.Header(Genesis, 5) with { LogSize = 1 });

    private void WriteHeader(string name, BlockHeader header, params int[] signers)
    {
        var bytes = header.Encode();
        var hash = BlockHeader.HashOf(bytes, Sha256.Instance);
        var proof = new HeaderProof(bytes, A.Certificate(hash, Genesis.Validators, signers).Encode(), []);
        File.WriteAllBytes(_cli.PathOf(name), proof.WriteJson());
    }

    private static AuditReport Report(params FaultProof[] faults)
    {
        var report = new AuditReport
        {
            Consortium = "Example <consortium>", ChannelName = "main", Auditor = "regulator", Blocks = 3,
            FirstHeight = 1, LastHeight = 3, Transactions = 7, Records = 9, Totals = new AuditTotals { Roots = 12 },
            Channel = ByteString.CopyFrom(Genesis.Channel.Value.AsSpan()),
            RecordsByType = { new NamedCount { Name = "trade.payment", Count = 9 } },
            Validators = { new ValidatorConduct { Member = "org-a", SignedBlocks = 3 } },
        };
        report.Faults.AddRange(faults.Select(f => ByteString.CopyFrom(f.Encode())));
        return report;
    }

    [Fact]
    public async Task A_proof_is_verified_without_any_node_in_both_forms()
    {
        File.WriteAllBytes(_cli.PathOf("fault.json"), FaultProofJson.Write(Proven));
        File.WriteAllBytes(_cli.PathOf("fault.bin"), Proven.Encode());

        Assert.Equal(ExitCodes.Ok, await RunAsync("verify-fault", "fault.json"));
        Assert.StartsWith("PROVEN: validator 3 of epoch 0, run by 'org-d'", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, await RunAsync("verify-fault", "fault.bin", "--json"));
        Assert.Equal("org-d", _cli.Json.GetProperty("member").GetString());
        Assert.Equal(5, _cli.Json.GetProperty("height").GetInt32());
    }

    [Fact]
    public async Task What_proves_nothing_says_why_and_ends_with_18()
    {
        File.WriteAllBytes(
            _cli.PathOf("fault.json"),
            FaultProofJson.Write(Proof(A.Header(Genesis, 5), A.Header(Genesis, 9))));
        File.WriteAllText(_cli.PathOf("empty.json"), "{}");

        Assert.Equal(ExitCodes.FaultUnproven, await RunAsync("verify-fault", "fault.json"));
        Assert.StartsWith("NOT PROVEN (NoContradiction)", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.FaultUnproven, await RunAsync("verify-fault", "empty.json"));
        Assert.StartsWith("NOT PROVEN (Malformed)", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Input, await RunAsync("verify-fault", "missing.json"));
    }

    [Fact]
    public async Task Two_conflicting_headers_name_their_signers_and_each_proof_verifies()
    {
        WriteHeader("a.json", A.Header(Genesis, 5), 0, 1, 2);
        WriteHeader("b.json", A.Header(Genesis, 5) with { LogSize = 1 }, 1, 2, 3);

        Assert.Equal(ExitCodes.Ok, await RunAsync("forensics", "a.json", "b.json", "--out", "proofs"));
        Assert.StartsWith("CONFLICT", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("validator 1, run by 'org-b', signed both", _cli.Out, StringComparison.Ordinal);

        Assert.Equal(2, Directory.GetFiles(_cli.PathOf("proofs")).Length);
        Assert.Equal(ExitCodes.Ok, await RunAsync("verify-fault", "proofs/culprit-2.json"));
        Assert.Equal(ExitCodes.Ok, await RunAsync("forensics", "a.json", "b.json", "--json"));
        Assert.Equal(2, _cli.Json.GetProperty("culprits").GetArrayLength());
        Assert.Equal(2, _cli.Json.GetProperty("one_honest").GetInt32());
    }

    [Fact]
    public async Task Headers_that_do_not_conflict_accuse_nobody_and_say_what_is_needed()
    {
        WriteHeader("a.json", A.Header(Genesis, 5), 0, 1, 2);
        WriteHeader("b.json", A.Header(Genesis, 8), 1, 2, 3);
        WriteHeader("c.json", A.Header(Genesis, 5) with { LogSize = 1 }, 1, 2);

        Assert.Equal(ExitCodes.Ok, await RunAsync("forensics", "a.json", "b.json"));
        Assert.StartsWith("NO CONFLICT", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("certified header at height 5", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.ReceiptCertificate, await RunAsync("forensics", "a.json", "c.json"));
        Assert.StartsWith("NOT CERTIFIED", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Input, await RunAsync("forensics", "a.json", "channel.json"));
    }

    [Fact]
    public async Task A_consortium_with_an_audit_node_has_an_observer_with_a_folder_and_a_key_of_its_own()
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("init", "--out", "demo", "--audit", "1"));

        var json = File.ReadAllBytes(_cli.PathOf("demo/genesis.json"));
        Assert.True(GenesisJson.TryParse(json, out var genesis, out var error), error);
        var observer = Assert.Single(genesis.Observers);
        Assert.Equal(("regulator", "127.0.0.1:7404"), (observer.Member, observer.Address));
        var key = Client.Identity.IdentityFile.Load(_cli.PathOf("demo/nodes/4/audit.key"));
        Assert.Equal(observer.Key, key.PublicKey);
        using var config = JsonDocument.Parse(File.ReadAllBytes(_cli.PathOf("demo/nodes/4/node.json")));
        Assert.Equal("audit", config.RootElement.GetProperty("role").GetString());
        Assert.Equal("127.0.0.1:7504", config.RootElement.GetProperty("grpc_listen").GetString());
        var nodes = ConsortiumFolder.Nodes(_cli.PathOf("demo"));
        Assert.Equal([false, false, false, false, true], nodes.Select(n => n.IsAudit));
    }

    [Fact]
    public void A_report_is_clean_only_without_faults_split_views_and_problems()
    {
        var split = Report();
        split.Findings.Add(new Finding { Kind = "SPLIT_VIEW" });
        var silent = Report();
        silent.Findings.Add(new Finding { Kind = "SILENT" });
        var broken = Report();
        broken.Problems.Add("block 2 does not name the block below it");

        Assert.True(new VerifiedReport(Report(), Genesis).IsClean);
        Assert.True(new VerifiedReport(silent, Genesis).IsClean);
        Assert.False(new VerifiedReport(split, Genesis).IsClean);
        Assert.False(new VerifiedReport(broken, Genesis).IsClean);
        Assert.False(new VerifiedReport(Report(Proven), Genesis).IsClean);
    }

    [Fact]
    public void A_report_that_lists_as_a_fault_what_is_not_proven_is_refused()
    {
        var lie = Proof(A.Header(Genesis, 5), A.Header(Genesis, 9));

        var refused = Assert.Throws<CliException>(() => new VerifiedReport(Report(lie), Genesis));

        Assert.Equal(ExitCodes.Integrity, refused.ExitCode);
    }

    [Fact]
    public void The_page_is_one_file_without_script_in_both_languages_and_takes_no_markup_from_names()
    {
        var report = new VerifiedReport(Report(Proven), Genesis);

        var page = ReportPage.Write(report, "d1ge57");

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Example &lt;consortium&gt;", page, StringComparison.Ordinal);
        Assert.Contains("审计报告", page, StringComparison.Ordinal);
        Assert.Contains("sha-256 d1ge57", page, StringComparison.Ordinal);
        Assert.Contains("validator 3 of epoch 0, run by &#39;org-d&#39;", page, StringComparison.Ordinal);
        Assert.Equal(Count(page, "<table>"), Count(page, "<caption>"));
    }

    [Fact]
    public void The_JSON_report_carries_proofs_that_verify()
    {
        using var json = JsonDocument.Parse(ReportJson.Write(new VerifiedReport(Report(Proven), Genesis)));

        var proof = json.RootElement.GetProperty("faults")[0].GetProperty("proof").GetRawText();
        Assert.True(FaultProofJson.TryParse(Encoding.UTF8.GetBytes(proof), out var read, out var error), error);
        Assert.Equal(Proven, read);
        Assert.Equal(12, json.RootElement.GetProperty("verified").GetProperty("roots").GetInt32());
        Assert.False(json.RootElement.GetProperty("clean").GetBoolean());
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("no JSON", null)]
    [InlineData("{} {}", null)]
    [InlineData("{\"at\":\"\\ud800\"}", "{\"at\":\"\\ud800\"}")]
    [InlineData("{ \"height\": 7 }", "{ \"height\": 7 }")]
    public void The_JSON_report_carries_a_findings_files_where_they_are_JSON(string served, string? carried)
    {
        var report = Report();
        var finding = new Finding { Kind = "SILENT", Evidence = ByteString.CopyFromUtf8(served), Detail = "no answer" };
        report.Findings.Add(finding);

        using var json = JsonDocument.Parse(ReportJson.Write(new VerifiedReport(report, Genesis)));

        var written = json.RootElement.GetProperty("findings")[0];
        Assert.Equal("SILENT", written.GetProperty("kind").GetString());
        Assert.Equal(carried, written.TryGetProperty("served", out var file) ? file.GetRawText() : null);
        Assert.False(written.TryGetProperty("certified_here", out _));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
