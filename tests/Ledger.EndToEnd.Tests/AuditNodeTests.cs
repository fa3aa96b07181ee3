using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ledger.Client;
using Ledger.Client.Identity;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Membership;
using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests;

/// <summary>An audit node beside four validators, all as processes, made and run by the <c>ledger</c> command.</summary>
public sealed class AuditNodeTests
{
    private const int Validators = 4;
    private const int SampleEvents = 87;
    private const string Patience = "180";

    [Fact]
    public async Task An_audit_node_that_is_killed_reports_what_the_validators_count_and_nobody_misses_it()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-e2e-").FullName;
        await using var reaper = new Reaper(folder);
        using var ports = PortBlock.Take(Validators + 1);
        Task<ToolResult> Tool(params string[] arguments) => Programs.RunToolAsync(folder, arguments);
        (await Tool("init", "--out", folder, "--audit", "1", "--base-port", $"{ports.Base}")).Ended(0);
        try
        {
            (await Tool("up", folder, "--timeout", Patience)).Ended(0);
            await ImportAsync(folder);
            Kill(folder, Validators);
            var head = await AnchorAsync(folder, "scene/1");
            (await Tool("up", folder, "--timeout", Patience)).Ended(0);
            using var validator = ApiOf(folder, 0);
            var report = await ReportAsync(folder, head);

            await AssertCountsAsync(validator, report);
            Assert.True(report.GetProperty("clean").GetBoolean());
            Assert.Equal(SampleEvents + 1, report.GetProperty("records").GetInt32());
            var page = await File.ReadAllTextAsync(Path.Combine(folder, "report.html"));
            Assert.Contains("审计报告", page, StringComparison.Ordinal);

            Kill(folder, Validators);
            await GoOnAsync(folder, validator, head);
        }
        finally
        {
            await Tool("down", folder, "--grace", "5");
        }
    }

    private static async Task ImportAsync(string folder) => (await Programs.RunToolAsync(
        folder,
        "import", Programs.Sample("request-for-payment.sample.xes"),
        "--map", Programs.Sample("request-for-payment.map.json"),
        "--profile", folder, "--batch", "10")).Ended(0);

    // The height of the record's block.
    private static async Task<ulong> AnchorAsync(string folder, string subject) => (await Programs.RunToolAsync(
        folder,
        "anchor", Path.Combine(folder, "README.md"), "--type", "authorisation.scene-review", "--subject", subject,
        "--attr", "scene=claims", "--profile", folder, "--json")).Ended(0).Json.GetProperty("height").GetUInt64();

    // With the auditor gone, the validators go on one block at a time in the same view. A machine that is busy may cost a
    // view now and then; an auditor that was missed would cost one every time.
    private static async Task GoOnAsync(string folder, GrpcNodeApi validator, ulong head)
    {
        const int Records = 3;
        const int Tries = 4;
        var views = new List<(ulong Before, ulong After)>();
        do
        {
            var before = await StatusAsync(validator);
            for (var i = 0; i < Records; i++) Assert.Equal(++head, await AnchorAsync(folder, $"scene/{head}"));
            NodeStatus after = new();
            await Eventually.HoldsAsync("the validator has certified them and holds no more", async _ =>
            {
                after = await StatusAsync(validator);
                return (after.CertifiedHeight == head && after.PoolTransactions == 0, $"{after.CertifiedHeight} of {head}");
            });
            Assert.Single(after.Observers);
            views.Add((before.View, after.View));
        }
        while (views[^1].Before != views[^1].After && views.Count < Tries);
        Assert.True(views[^1].Before == views[^1].After, string.Join(' ', views));
    }

    // The report of every block that the validators had, once the auditor has compared them all with everybody.
    private static async Task<JsonElement> ReportAsync(string folder, ulong head)
    {
        JsonElement report = default;
        await Eventually.HoldsAsync("the auditor has compared every block", async _ =>
        {
            var result = await Programs.RunToolAsync(
                folder, "audit", "report", folder, "--html", Path.Combine(folder, "report.html"), "--json");
            report = result.Ended(0).Json;
            var compared = report.GetProperty("validators").EnumerateArray()
                .Min(v => v.GetProperty("compared_height").GetUInt64());
            return (compared >= head, $"{compared} of {head}");
        });
        return report;
    }

    private static async Task AssertCountsAsync(GrpcNodeApi validator, JsonElement report)
    {
        var (blocks, transactions) = (0UL, 0UL);
        for (var height = 1UL; height <= report.GetProperty("last_height").GetUInt64(); height++)
        {
            var request = new GetBlockRequest { Height = height, IncludeTransactions = true };
            var block = await validator.GetBlockAsync(request, Eventually.Patience, CancellationToken.None);
            blocks++;
            transactions += (ulong)block.Transactions.Count;
        }

        var verified = report.GetProperty("verified");
        Assert.Equal(blocks, report.GetProperty("blocks").GetUInt64());
        Assert.Equal(transactions, report.GetProperty("transactions").GetUInt64());
        Assert.Equal(transactions, verified.GetProperty("transaction_signatures").GetUInt64());
        Assert.Equal(4 * blocks, verified.GetProperty("roots").GetUInt64());
        Assert.Equal(blocks, verified.GetProperty("headers_linked").GetUInt64());
    }

    private static Task<NodeStatus> StatusAsync(GrpcNodeApi node) =>
        node.GetStatusAsync(new GetStatusRequest(), Eventually.Patience, CancellationToken.None);

    private static GrpcNodeApi ApiOf(string folder, int node)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "nodes", $"{node}", "node.json")));
        var parsed = GenesisJson.TryParse(
            File.ReadAllBytes(Path.Combine(folder, "genesis.json")), out var genesis, out var error);
        Assert.True(parsed, error);
        var options = new LedgerClientOptions
        {
            Genesis = genesis!,
            Identity = IdentityFile.Load(Path.Combine(folder, "identities", "client.key")),
        };
        return new GrpcNodeApi(
            new Uri("http://" + config.RootElement.GetProperty("grpc_listen").GetString()), options.ToConnection());
    }

    // kill -9, by the id that 'ledger up' noted.
    private static void Kill(string folder, int node)
    {
        var noted = File.ReadAllText(Path.Combine(folder, "nodes", $"{node}", "node.pid")).Split(' ')[0];
        using var process = Process.GetProcessById(int.Parse(noted, CultureInfo.InvariantCulture));
        process.Kill();
        process.WaitForExit();
    }
}
