using Ledger.Client.Submit;
using Ledger.Core.Receipts;
using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests;

/// <summary>What clients of a healthy consortium are promised.</summary>
[Collection(Healthy.Name)]
public sealed class AnchoringTests(HealthyConsortium healthy)
{
    [Fact]
    public Task A_record_is_anchored_through_every_node_and_read_elsewhere() => healthy.UseAsync(async consortium =>
    {
        var outcomes = new List<AnchorOutcome>();
        foreach (var node in consortium.Nodes)
        {
            using var client = consortium.ClientOf(node);
            outcomes.Add(await client.AnchorAsync(Records.Payment("through-every-node", "writer", outcomes.Count + 1)));
        }

        Assert.All(outcomes, outcome => Assert.Equal(AnchorState.Recorded, outcome.State));
        await consortium.HeadsBecomeEqualAsync();
        await consortium.TimelinesHoldExactlyAsync("through-every-node", outcomes);
    });

    [Fact]
    public Task P22_a_transaction_sent_to_all_nodes_again_and_again_is_recorded_once() => healthy.UseAsync(async consortium =>
    {
        var clients = consortium.Nodes.Select(node => consortium.ClientOf(node)).ToArray();
        var transaction = clients[0].SignPayment("sent-often");

        var atOnce = await Task.WhenAll(clients.Concat(clients).Select(client => client.AnchorAsync(transaction)));
        await consortium.HeadsBecomeEqualAsync();
        var again = await Task.WhenAll(clients.Select(client => client.AnchorAsync(transaction)));

        var places = atOnce.Concat(again).Select(o => (o.State, o.Height, o.FirstLeaf, o.LeafCount, o.Time)).Distinct();
        Assert.Equal(AnchorState.Recorded, Assert.Single(places).State);
        await consortium.HeadsBecomeEqualAsync();
        await consortium.TimelinesHoldExactlyAsync("sent-often", [atOnce[0]]);
        foreach (var client in clients) client.Dispose();
    });

    // What a record takes on disk: its bytes, a leaf, entries of indexes, nodes of trees; once more in the database's log
    // until it is flushed. The bound has room for a database that has not compacted yet, and for nothing else.
    [Fact]
    public Task P13_a_record_takes_a_few_kilobytes_at_most_and_the_node_says_how_much_it_has() =>
        healthy.UseAsync(async consortium =>
        {
            const int Batches = 20;
            const int RecordsPerBatch = 200;
            const double MostPerRecord = 6 * 1024;

            using var client = consortium.Client();
            await consortium.HeadsBecomeEqualAsync();
            var before = await SizeAsync(consortium.Nodes[0]);
            for (var batch = 0; batch < Batches; batch++)
            {
                var records = Enumerable.Range(0, RecordsPerBatch)
                    .Select(i => Records.Payment($"growth/{batch}", "writer", i + 1)).ToArray();
                Assert.True((await client.AnchorAsync(records)).IsRecorded);
            }

            await consortium.HeadsBecomeEqualAsync();
            var grown = (await SizeAsync(consortium.Nodes[0]) - before) / (Batches * RecordsPerBatch);

            Assert.InRange(grown, 100, MostPerRecord);
        });

    [Fact]
    public Task Receipts_of_all_nodes_prove_the_same_and_verify_offline() => healthy.UseAsync(async consortium =>
    {
        using var writer = consortium.Client();
        var outcome = await writer.AnchorAsync(Records.Payment("receipts"));
        await consortium.HeadsBecomeEqualAsync();

        var proven = new List<ReceiptContent>();
        var receipts = new List<Receipt>();
        foreach (var node in consortium.Nodes)
        {
            using var client = consortium.ClientOf(node);
            var file = ReceiptJson.Write((await client.GetReceiptAsync(outcome.IdOf(0))).Receipt);
            Assert.Equal(file, ReceiptJson.Write((await client.GetReceiptAsync(outcome.IdOf(0))).Receipt));
            Assert.True(ReceiptFile.TryRead(file, out var receipt, out var error), error);
            var verdict = ReceiptVerifier.Verify(receipt, consortium.Genesis);
            Assert.True(verdict.IsValid, verdict.Detail);
            proven.Add(verdict.Content);
            // Which quorum's signatures a node gathered first is its own affair; all else is the same everywhere.
            receipts.Add(receipt with { CertificateBytes = default });
        }

        Assert.Single(receipts.Distinct());
        var places = proven.Select(c => (c.LeafHash, c.Index, c.HeaderHash)).Distinct();
        Assert.Equal(outcome.FirstLeaf, Assert.Single(places).Index);
    });

    private static async Task<double> SizeAsync(TestNode node) => (await node.MetricsAsync()).Split('\n')
        .Where(line => line.StartsWith("ledger_storage_size_bytes{", StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
}
