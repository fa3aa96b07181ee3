using Google.Protobuf;
using Ledger.Client.Subscribe;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;

namespace Ledger.Client.Tests.Subscribe;

public sealed class SubscribeTests : IDisposable
{
    private readonly TestChannel _channel = new();
    private readonly ManualTime _time = new();
    private readonly FakeChain _chain;
    private readonly FakeNode[] _nodes;
    private readonly LedgerClient _client;

    public SubscribeTests()
    {
        _chain = new FakeChain(_channel, _time);
        _nodes = [new FakeNode(_chain, _channel, "a"), new FakeNode(_chain, _channel, "b")];
        _client = new LedgerClient(_channel.Options(_time), _nodes);
        for (var i = 0; i < 10; i++) _chain.Execute(_client.Sign([TestChannel.Record($"s{i}")]));
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task P23_every_block_comes_once_and_in_order_though_connections_break()
    {
        foreach (var node in _nodes)
        {
            node.Before = (_, call) =>
            {
                if (call % 3 == 0) throw FakeNode.Fault(GrpcStatusCode.Unavailable);
            };
        }

        var heights = await _client.SubscribeAsync(SubscriptionStart.Beginning, includeTransactions: true)
            .Take(10).Select(b => b.Certified.Header.Height.Value).ToListAsync();

        Assert.Equal(Enumerable.Range(1, 10).Select(i => (ulong)i), heights);
    }

    [Fact]
    public async Task A_subscription_resumes_after_the_last_block_that_was_dealt_with()
    {
        var fourth = await _client.SubscribeAsync(SubscriptionStart.Beginning).Skip(3).FirstAsync();

        var next = await _client.SubscribeAsync(SubscriptionStart.After(fourth.Certified)).FirstAsync();

        Assert.Equal(5ul, next.Certified.Header.Height.Value);
    }

    [Fact]
    public async Task P23_whoever_resumes_by_height_alone_misses_no_block_to_a_node_that_leaves_one_out()
    {
        var start = new SubscriptionStart(new Core.Blocks.BlockHeight(5));
        _nodes[0].Tamper = block => Falsify(block, "order");

        var heights = await _client.SubscribeAsync(start)
            .Take(6).Select(b => b.Certified.Header.Height.Value).ToListAsync();

        Assert.Equal([5UL, 6UL, 7UL, 8UL, 9UL, 10UL], heights);
        _nodes[1].Tamper = _nodes[0].Tamper;
        await Assert.ThrowsAsync<LedgerIntegrityException>(async () => await _client.SubscribeAsync(start).FirstAsync());
    }

    [Fact]
    public async Task Transactions_come_with_their_results_when_asked_for()
    {
        var block = await _client.SubscribeAsync(SubscriptionStart.Beginning, includeTransactions: true).FirstAsync();

        Assert.Equal(_chain.Blocks[0].Transaction.Id, Assert.Single(block.Transactions).Id);
        Assert.True(Assert.Single(block.Results).Succeeded);
    }

    [Fact]
    public async Task What_a_block_is_sent_without_is_fetched_and_checked()
    {
        foreach (var node in _nodes) node.Tamper = WithoutContent;

        var blocks = await _client.SubscribeAsync(SubscriptionStart.Beginning, includeTransactions: true)
            .Take(10).ToListAsync();

        Assert.Equal(_chain.Blocks.Select(b => b.Transaction.Id), blocks.Select(b => Assert.Single(b.Transactions).Id));
    }

    [Theory]
    [InlineData("endless")]
    [InlineData("empty")]
    [InlineData("other")]
    public async Task A_node_that_pages_falsely_is_left_for_an_honest_one(string lie)
    {
        foreach (var node in _nodes) node.Tamper = WithoutContent;
        _nodes[0].TamperPage = page =>
        {
            if (lie == "endless") page.NextPosition = page.FirstPosition + 1;
            else if (lie == "other") page.Items[0].Result = ByteString.CopyFrom(_chain.Blocks[9].Result.Encode());
            else page.NextPosition = 7;
            if (lie == "empty") page.Items.Clear();
        };

        var block = await _client.SubscribeAsync(SubscriptionStart.Beginning, includeTransactions: true).FirstAsync();

        Assert.Equal(_chain.Blocks[0].Transaction.Id, Assert.Single(block.Transactions).Id);
        Assert.True(_nodes[1].Calls > 0);
    }

    private static Block WithoutContent(Block block)
    {
        block.Transactions.Clear();
        block.Results.Clear();
        block.WithoutContent = true;
        return block;
    }

    public static TheoryData<string> Lies => ["header", "certificate", "order", "transaction", "result", "twin"];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_lying_node_is_left_for_an_honest_one_and_nothing_it_said_is_used(string lie)
    {
        _nodes[0].Tamper = block => Falsify(block, lie);

        var heights = await _client.SubscribeAsync(SubscriptionStart.Beginning, includeTransactions: true)
            .Take(10).Select(b => b.Certified.Hash).ToListAsync();

        Assert.Equal(_chain.Blocks.Select(b => b.Hash), heights);
        Assert.True(_nodes[1].Calls > 0);
    }

    [Fact]
    public async Task When_every_node_lies_the_subscription_ends_with_the_lie()
    {
        foreach (var node in _nodes) node.Tamper = block => Falsify(block, "header");

        await Assert.ThrowsAsync<LedgerIntegrityException>(
            async () => await _client.SubscribeAsync(SubscriptionStart.Beginning).FirstAsync());
    }

    [Fact]
    public async Task A_chain_that_does_not_link_to_the_known_block_is_refused()
    {
        var start = new SubscriptionStart(new Core.Blocks.BlockHeight(3), _chain.Blocks[4].Hash);

        await Assert.ThrowsAsync<LedgerIntegrityException>(
            async () => await _client.SubscribeAsync(start).FirstAsync());
    }

    private Block Falsify(Block block, string lie)
    {
        var other = _chain.Blocks[(int)block.Height % 10];
        var copy = block.Clone();
        switch (lie)
        {
            case "header":
                var bytes = block.Header.ToByteArray();
                bytes[^1] ^= 1;
                copy.Header = ByteString.CopyFrom(bytes);
                break;
            case "certificate":
                copy.Certificate = ByteString.CopyFrom(other.Certificate.Encode());
                break;
            case "order":
                copy.Header = ByteString.CopyFrom(other.Bytes);
                copy.Certificate = ByteString.CopyFrom(other.Certificate.Encode());
                break;
            case "transaction":
                copy.Transactions[0] = ByteString.CopyFrom(other.Transaction.Encoded.Span);
                break;
            case "result":
                copy.Results[0] = ByteString.CopyFrom(other.Result.Encode());
                break;
            default:
                copy.Transactions.Add(copy.Transactions[0]);
                copy.Results.Add(copy.Results[0]);
                break;
        }

        return copy;
    }
}
