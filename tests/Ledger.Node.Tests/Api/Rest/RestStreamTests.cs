using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Text.Json.Nodes;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Receipts;
using Ledger.Node.Api.Rest.Forms;
using Ledger.Node.Api.Rest.Streams;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Microsoft.AspNetCore.Http;

namespace Ledger.Node.Tests.Api.Rest;

public sealed class RestStreamTests : IAsyncLifetime
{
    private RestScene _scene = null!;

    public async Task InitializeAsync() => _scene = await RestScene.StartAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task A_stream_goes_on_after_the_last_event_on_a_node_that_was_started_again_and_on_another_node()
    {
        await using var other = await RestScene.StartAsync(_scene.Ledger.Genesis);
        for (var i = 1; i <= 4; i++) AddTo(i, _scene, other);
        var seen = new List<JsonNode>();
        using (var first = await EventReader.OpenAsync(_scene.Client, "/v1/blocks/stream?transactions=true"))
        {
            Assert.Equal("text/event-stream", first.ContentType);
            seen.Add(await BlockOf(first));
            seen.Add(await BlockOf(first));
        }

        await _scene.RestartAsync();
        using (var again = await EventReader.OpenAsync(_scene.Client, "/v1/blocks/stream?transactions=true", after: 2))
            seen.Add(await BlockOf(again));
        using (var elsewhere = await EventReader.OpenAsync(other.Client, "/v1/blocks/stream?transactions=true", after: 3))
        {
            seen.Add(await BlockOf(elsewhere));
            var live = BlockOf(elsewhere);
            AddTo(5, _scene, other);
            seen.Add(await live);
        }

        Assert.Equal([1, 2, 3, 4, 5], seen.Select(b => (int)b["height"]!));
        for (var i = 1; i < seen.Count; i++) Assert.Equal((string)seen[i - 1]["hash"]!, (string)seen[i]["previous"]!);
        Assert.All(seen, (block, i) => Assert.Equal(
            $"s-{i + 1}", (string)block["transactions"]![0]!["records"]![0]!["subject"]!));
    }

    [Fact]
    public async Task A_node_that_is_behind_waits_for_the_block_after_the_last_event()
    {
        AddTo(1, _scene);
        using var stream = await EventReader.OpenAsync(_scene.Client, "/v1/blocks/stream", after: 2);
        var next = BlockOf(stream);

        AddTo(2, _scene);
        AddTo(3, _scene);

        Assert.Equal(3, (int)(await next)["height"]!);
    }

    [Fact]
    public async Task Events_of_contracts_are_streamed_with_what_proves_them()
    {
        await using var scene = await RestScene.StartAsync(contracts: true);
        scene.Fill();

        using var stream = await EventReader.OpenAsync(
            scene.Client, "/v1/contracts/events/stream?contract=shop&event=added");
        var first = (await stream.NextAsync())!.Value;
        var second = (await stream.NextAsync())!.Value;
        using var resumed = await EventReader.OpenAsync(
            scene.Client, "/v1/contracts/events/stream?contract=shop&event=added", after: first.Id);
        var again = (await resumed.NextAsync())!.Value;

        Assert.Equal(("contract-events", 3UL), (first.Name, first.Id!.Value));
        Assert.Equal(12, (int)first.Data["events"]![0]!["payload"]!["count"]!);
        Assert.Equal("12.50", (string)first.Data["events"]![0]!["payload"]!["total"]!);
        Assert.Equal((5UL, second.Data.ToJsonString()), (again.Id!.Value, again.Data.ToJsonString()));
        Assert.True(BlockHeader.TryDecode(BytesOf(first.Data["headerBytes"]!), out var header, out _));
        var proven = Assert.Single(first.Data["results"]!.AsArray())!;
        Assert.True(ResultReceiptVerifier.IsIncluded(
            BytesOf(proven["resultBytes"]!), (uint)proven["position"]!, (uint)first.Data["resultCount"]!,
            [.. proven["path"]!.AsArray().Select(h => Core.Crypto.Hash256.Parse((string)h!))], header,
            scene.Ledger.Genesis.Suite.Hash));
    }

    [Fact]
    public async Task A_caller_has_so_many_streams_and_no_more()
    {
        AddTo(1, _scene);
        var open = new List<EventReader>();
        for (var i = 0; i < EventStreams.PerCaller; i++)
        {
            open.Add(await EventReader.OpenAsync(_scene.Client, "/v1/blocks/stream"));
            await BlockOf(open[^1]);
        }

        using (var refused = await EventReader.OpenAsync(_scene.Client, "/v1/blocks/stream"))
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        open.ForEach(reader => reader.Dispose());
        // The node learns of their end in its own time; each refusal says when to come back, which a test need not wait for.
        var since = Stopwatch.GetTimestamp();
        for (var status = HttpStatusCode.TooManyRequests; status != HttpStatusCode.OK;)
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TestCluster.Limit, "no seat was given back");
            using var later = await EventReader.OpenAsync(_scene.Client, "/v1/blocks/stream");
            status = later.Status;
        }
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_given_up()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 16, resumeWriterThreshold: 8));
        var http = new DefaultHttpContext();
        http.Response.Body = pipe.Writer.AsStream();
        using var stream = new EventStream(http, TimeSpan.FromMilliseconds(1), TimeProvider.System, default);

        await Assert.ThrowsAsync<TimeoutException>(
            async () => await stream.WriteAsync(
                "problem", 1, new ProblemForm("t", "t", 1, "R", "a long sentence"), RestJson.Shared.ProblemForm));
    }

    [Fact]
    public async Task A_block_that_does_not_fit_comes_without_its_content_and_pages_give_all_of_it()
    {
        var genesis = _scene.Ledger.Genesis;
        var transactions = Enumerable.Range(0, 6)
            .Select(i => Support.Make.Transaction(genesis, $"large-{i}", padding: 600_000)).ToList();
        _scene.Ledger.Add(transactions);

        using var stream = await EventReader.OpenAsync(_scene.Client, "/v1/blocks/stream?transactions=true");
        var block = await BlockOf(stream);
        var chain = _scene.Handlers.Chain;
        var call = new RestlessCall();
        var message = (await chain.GetBlock(new GetBlockRequest { Height = 1, IncludeTransactions = true }, call)).Value!;
        var ids = new List<string>();
        uint next = 0;
        do
        {
            var page = (await chain.ListTransactions(
                new ListTransactionsRequest { Height = 1, FirstPosition = next }, call)).Value!;
            Assert.InRange(page.CalculateSize(), 1, 4 << 20);
            ids.AddRange(page.Items.Select(i => Core.Transactions.SignedTransaction.TryDecode(
                i.Transaction.Memory, genesis.Suite.Hash, out var t, out _) ? t.Id.ToString() : "malformed"));
            next = page.NextPosition;
        }
        while (next != 0);

        Assert.True((bool)block["withoutContent"]!);
        Assert.Null(block["transactions"]);
        Assert.True(message.WithoutContent);
        Assert.Empty(message.Transactions);
        Assert.InRange(message.CalculateSize(), 1, 4 << 20);
        Assert.Equal(transactions.Select(t => t.Id.ToString()), ids);
    }

    private static void AddTo(int number, params RestScene[] nodes)
    {
        foreach (var node in nodes)
            node.Ledger.Add(A.Transaction(node.Ledger.Genesis, "org-a", A.Record($"s-{number}")));
    }

    private static byte[] BytesOf(JsonNode node) => Convert.FromBase64String((string)node!);

    private static async Task<JsonNode> BlockOf(EventReader stream)
    {
        var (name, id, data) = (await stream.NextAsync())!.Value;
        Assert.Equal(("block", (ulong)(int)data["height"]!), (name, id!.Value));
        return data;
    }

    private sealed class RestlessCall() : Ledger.Node.Api.ApiCall(new DefaultHttpContext())
    {
        public override CancellationToken Cancellation => default;
    }
}
