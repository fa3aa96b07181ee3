using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Node.Api.Rest;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Api.Rest;

/// <summary>
/// What each operation answers on one chain, kept in docs/spec/vectors/rest, which are the examples of the OpenAPI document
/// too. After a change of forms: LEDGER_REWRITE=1, build again (the document embeds them), and once more for the document.
/// </summary>
public sealed class RestFormTests : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private RestScene _scene = null!;

    public async Task InitializeAsync()
    {
        _scene = await RestScene.StartAsync(contracts: true);
        _scene.Fill();
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Every_operation_answers_in_its_form()
    {
        var store = _scene.Ledger.Store.Live;
        var first = store.Blocks.Block(new Core.Blocks.BlockHeight(1))!.Transactions[0].Id;
        var called = store.Blocks.Block(new Core.Blocks.BlockHeight(3))!.Transactions[0].Id;
        Dictionary<string, string> examples = new()
        {
            ["getTransaction"] = $"/v1/transactions/{called}",
            ["getResultReceipt"] = $"/v1/transactions/{called}/result-receipt",
            ["queryEvidence"] = "/v1/evidence?subject=order-7&limit=1&order=newest",
            ["getEvidence"] = $"/v1/evidence/{first}",
            ["getReceipt"] = $"/v1/evidence/{first}.1/receipt",
            ["getReceiptByLogIndex"] = "/v1/log/2/receipt",
            ["getConsistencyProof"] = "/v1/log/consistency?from=1",
            ["listBlocks"] = "/v1/blocks?limit=2",
            ["getBlock"] = "/v1/blocks/2?transactions=true",
            ["listTransactions"] = "/v1/blocks/3/transactions",
            ["listContracts"] = "/v1/contracts",
            ["getContract"] = "/v1/contracts/shop?version=1",
            ["getState"] = "/v1/state/contract%2Fshop/count",
            ["listEpochs"] = "/v1/epochs",
            ["getGenesis"] = "/v1/genesis",
            ["listMembers"] = "/v1/members?limit=2",
            ["getStatus"] = "/v1/status",
            ["listFaults"] = "/v1/faults",
            ["getAuditReport"] = "/v1/audit/report?from=2026-01-01T00:00:00Z",
        };
        foreach (var (operation, path) in examples)
        {
            var (status, body) = await _scene.GetAsync(path);
            Assert.True(status == HttpStatusCode.OK, $"{path}: {body}");
            Golden.Verify($"docs/spec/vectors/rest/{operation}.json", Pretty(body));
        }

        using var arguments = new StringContent("null", null, "application/json");
        using var answer = await _scene.Client.PostAsync(
            new Uri("/v1/contracts/shop/queries/count", UriKind.Relative), arguments);
        Golden.Verify("docs/spec/vectors/rest/queryContract.json", Pretty(await answer.Content.ReadAsStringAsync()));
        using var transaction = new ByteArrayContent(A.Transaction(_scene.Ledger.Genesis, "org-a").Encoded.ToArray());
        transaction.Headers.ContentType = new("application/octet-stream");
        using var taken = await _scene.Client.PostAsync(new Uri("/v1/transactions", UriKind.Relative), transaction);
        Golden.Verify(
            "docs/spec/vectors/rest/submitTransaction.json", Pretty(await taken.Content.ReadAsStringAsync()));
        var described = RestApi.Routes(_scene.Handlers).Where(r => !r.IsStream && r.Id != "getOpenApi").Select(r => r.Id);
        Assert.Equal(described.Order(), examples.Keys.Append("queryContract").Append("submitTransaction").Order());
    }

    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        var (status, body) = await _scene.GetAsync("/v1/openapi.json");

        Assert.Equal(HttpStatusCode.OK, status);
        Golden.Verify("docs/spec/openapi.json", body);
    }

    [Fact]
    public void Every_reason_of_the_document_is_on_the_page_of_reasons()
    {
        var pages = File.ReadAllText(Path.Combine(Golden.Root, "docs/spec/reasons.md"))
            + File.ReadAllText(Path.Combine(Golden.Root, "docs/spec/callers.md"))
            + File.ReadAllText(Path.Combine(Golden.Root, "docs/spec/rest.md"));

        Assert.All(ReasonTable.All, reason => Assert.Contains($"`{reason}`", pages, StringComparison.Ordinal));
        Assert.All(
            RestApi.Routes(_scene.Handlers).SelectMany(r => r.Reasons), reason => Assert.Contains(reason, ReasonTable.All));
    }

    [Fact]
    public void Every_example_of_a_parameter_is_one_that_is_taken() => Assert.All(
        RestApi.Routes(_scene.Handlers).SelectMany(r => r.Parameters),
        parameter => Assert.NotNull(parameter.Parse(parameter.Example, out _)));

    [Fact]
    public async Task The_end_of_an_epoch_and_the_change_that_ended_it_are_decoded()
    {
        var genesis = A.GovernedGenesis();
        await using var scene = await RestScene.StartAsync(genesis);
        var change = A.ApprovedChange(genesis, 0, 5, A.Adding(genesis, "org-e"));
        scene.Ledger.Add(A.Transaction(genesis, "org-a", change));

        var ends = JsonNode.Parse((await scene.GetAsync("/v1/epochs")).Body)!;
        var block = JsonNode.Parse((await scene.GetAsync("/v1/blocks/1?transactions=true")).Body)!;

        Assert.Equal(1, (int)ends["epoch"]!);
        var end = Assert.Single(ends["epochEnds"]!.AsArray())!;
        Assert.Equal(5, end["nextValidators"]!.AsArray().Count);
        Assert.Equal("org-e", (string)end["nextValidators"]![4]!["member"]!);
        Assert.Equal((string)block["nextValidators"]!, (string)end["header"]!["nextValidators"]!);
        var decoded = block["transactions"]![0]!["validatorChange"]!;
        Assert.Equal("org-e", (string)decoded["steps"]![0]!["newValidator"]!["member"]!);
        Assert.Equal(5, decoded["approvedBy"]!.AsArray().Count);
    }

    private static string Pretty(string json) =>
        JsonSerializer.Serialize(JsonNode.Parse(json), Indented) + "\n";
}
