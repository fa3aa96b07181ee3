using Ledger.Client.Subscribe;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;

namespace Ledger.Interop.Tests.Api;

/// <summary>Our client and Python's verify what the other anchored, from the same bytes.</summary>
[Collection(NodeTests.Name)]
public sealed class SdkInteropTests(NodeFixture node)
{
    private EvidenceId PythonRecord => new(
        Hash256.Parse(node.Python["receipt"].GetProperty("transaction").GetString()!), 1);

    [Fact]
    public async Task Our_client_verifies_what_Python_anchored()
    {
        var verified = await node.Client.GetReceiptAsync(PythonRecord);

        Assert.Equal(
            node.Python["receipt"].GetProperty("receipt").GetString(),
            Convert.ToHexStringLower(verified.Receipt.Encode()));
        Assert.Equal("order-证据-π", verified.Content.Record.Subject);
        Assert.Equal(long.MinValue, verified.Content.Record.Attribute("x-low")?.AsInteger);
        Assert.Equal(node.Anchored, Assert.Single(verified.Content.Record.Links));
    }

    [Fact]
    public async Task Python_verifies_what_our_client_anchored()
    {
        var result = node.Python["otherReceipt"];
        var ours = await node.Client.GetReceiptAsync(node.Anchored);

        Assert.False(result.TryGetProperty("error", out var error), error.ToString());
        Assert.Equal("NONE", result.GetProperty("verdict").GetString());
        Assert.True(result.GetProperty("id").GetBoolean());
        Assert.Equal("data-operator", result.GetProperty("member").GetString());
        Assert.Equal(Convert.ToHexStringLower(ours.Receipt.Encode()), result.GetProperty("receipt").GetString());
    }

    [Fact]
    public async Task Our_client_proves_that_Pythons_timeline_is_complete()
    {
        var timeline = await node.Client.GetTimelineAsync("order-证据-π");

        Assert.Equal([PythonRecord with { RecordIndex = 0 }, PythonRecord], timeline.Entries.Select(e => e.Id));
    }

    [Fact]
    public async Task Our_client_verifies_the_blocks_of_all_clients()
    {
        var wanted = new HashSet<string>
        {
            node.Handed, PythonRecord.TransactionId.ToString(), node.Anchored.TransactionId.ToString(),
        };

        await foreach (var block in node.Client.SubscribeAsync(SubscriptionStart.Beginning, includeTransactions: true))
        {
            wanted.ExceptWith(block.Transactions.Select(t => t.Id.ToString()));
            if (wanted.Count == 0) break;
        }

        Assert.Empty(wanted);
    }
}
