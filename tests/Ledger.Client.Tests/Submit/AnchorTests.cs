using Ledger.Client.Submit;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Grpc;
using Ledger.Core.Transactions;

namespace Ledger.Client.Tests.Submit;

public sealed class AnchorTests : IDisposable
{
    private readonly TestChannel _channel = new();
    private readonly ManualTime _time = new();
    private readonly FakeChain _chain;
    private readonly FakeNode[] _nodes;
    private readonly LedgerClient _client;

    public AnchorTests()
    {
        _chain = new FakeChain(_channel, _time);
        _nodes = [new FakeNode(_chain, _channel, "a"), new FakeNode(_chain, _channel, "b")];
        _client = new LedgerClient(_channel.Options(_time), _nodes);
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_record_is_anchored_and_its_place_is_known()
    {
        var outcome = await _client.AnchorAsync([TestChannel.Record("a"), TestChannel.Record("b")]);

        Assert.Equal(AnchorState.Recorded, outcome.State);
        Assert.Equal(1ul, outcome.Height.Value);
        Assert.Equal(2u, outcome.LeafCount);
        Assert.Equal(_chain.Leaves[1].Leaf.Id, outcome.IdOf(1));
    }

    [Fact]
    public async Task P22_a_lost_answer_is_asked_for_again_with_the_very_same_bytes()
    {
        foreach (var node in _nodes)
        {
            node.After = (method, call) =>
            {
                if (call == 1) throw FakeNode.Fault(GrpcStatusCode.DeadlineExceeded);
            };
        }

        var outcome = await _client.AnchorAsync(TestChannel.Record());

        Assert.True(outcome.IsRecorded);
        Assert.Single(_chain.Blocks);
        var sent = _nodes.SelectMany(n => n.Submitted).ToArray();
        Assert.Equal(3, sent.Length);
        Assert.All(sent, bytes => Assert.Equal(sent[0], bytes));
    }

    [Fact]
    public async Task An_unreachable_node_is_left_for_the_next_which_is_then_preferred()
    {
        _nodes[0].Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.Unavailable);

        await _client.AnchorAsync(TestChannel.Record("a"));
        await _client.AnchorAsync(TestChannel.Record("b"));

        Assert.Equal(1, _nodes[0].Calls);
        Assert.Equal(2, _nodes[1].Calls);
    }

    [Fact]
    public async Task A_full_node_is_given_time_and_asked_again()
    {
        _nodes[0].Before = (_, call) =>
        {
            if (call <= 3)
                throw FakeNode.Fault(GrpcStatusCode.ResourceExhausted, "POOL_FULL", TimeSpan.FromMilliseconds(20));
        };

        var outcome = await _client.AnchorAsync(TestChannel.Record());

        Assert.True(outcome.IsRecorded);
        Assert.Equal(4, _nodes[0].Calls);
        Assert.Equal(0, _nodes[1].Calls);
    }

    [Fact]
    public async Task A_refusal_is_reported_with_its_reason_and_not_repeated()
    {
        _nodes[0].Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.PermissionDenied, "UNKNOWN_KEY");

        var outcome = await _client.AnchorAsync(TestChannel.Record());

        Assert.Equal(AnchorState.Refused, outcome.State);
        Assert.Equal("UNKNOWN_KEY", outcome.Reason);
        Assert.Equal(1, _nodes[0].Calls);
        Assert.False(outcome.IsDefinitelyWithoutEffect);
    }

    [Fact]
    public async Task A_refusal_after_a_lost_answer_does_not_hide_that_the_record_is_on_the_chain()
    {
        _nodes[0].After = (_, call) =>
        {
            if (call == 1) throw FakeNode.Fault(GrpcStatusCode.Unavailable);
        };
        _nodes[1].Before = (method, _) =>
        {
            if (method == "SubmitAndWait") throw FakeNode.Fault(GrpcStatusCode.PermissionDenied, "UNKNOWN_KEY");
        };

        var outcome = await _client.AnchorAsync(TestChannel.Record());

        Assert.Equal(AnchorState.Recorded, outcome.State);
    }

    [Fact]
    public async Task A_transaction_that_fails_on_the_chain_is_certainly_without_effect()
    {
        _chain.Judge = _ => Refusal.NotAuthorised;

        var outcome = await _client.AnchorAsync(TestChannel.Record());

        Assert.Equal(AnchorState.Failed, outcome.State);
        Assert.Equal("NOT_AUTHORISED", outcome.Reason);
        Assert.True(outcome.IsDefinitelyWithoutEffect);
    }

    [Fact]
    public async Task A_lapsed_transaction_is_not_recorded_once_the_chain_is_past_its_validity()
    {
        var lapsed = _client.Sign([TestChannel.Record("lapsed")]);
        _time.Now += TimeSpan.FromHours(1);
        await _client.AnchorAsync(TestChannel.Record("other"));

        var outcome = await _client.AnchorAsync(lapsed);

        Assert.Equal(AnchorState.NotRecorded, outcome.State);
        Assert.True(outcome.IsDefinitelyWithoutEffect);
    }

    [Fact]
    public async Task A_lapsed_transaction_is_undecided_while_too_few_nodes_can_say_that_it_is_not_recorded()
    {
        var lapsed = _client.Sign([TestChannel.Record("lapsed")]);
        _time.Now += TimeSpan.FromHours(1);
        await _client.AnchorAsync(TestChannel.Record("other"));
        _nodes[1].Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.Unavailable);

        var outcome = await _client.AnchorAsync(lapsed);

        Assert.Equal(AnchorState.Undecided, outcome.State);
        Assert.Contains("1 of 2", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_beyond_the_last_moment_that_there_is_is_a_lie_and_decides_nothing()
    {
        var lapsed = _client.Sign([TestChannel.Record("lapsed")]);
        _time.Now += TimeSpan.FromHours(1);
        await _client.AnchorAsync(TestChannel.Record("other"));
        foreach (var node in _nodes) node.TamperStatus = status => status.CertifiedTimeMs = ulong.MaxValue;

        var lie = await Assert.ThrowsAsync<LedgerIntegrityException>(() => _client.AnchorAsync(lapsed));

        Assert.Contains("beyond the year 9999", lie.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lapsed_transaction_that_was_recorded_in_time_is_found_recorded()
    {
        var transaction = _client.Sign([TestChannel.Record("lapsed")]);
        _chain.Execute(transaction);
        _time.Now += TimeSpan.FromHours(1);
        await _client.AnchorAsync(TestChannel.Record("other"));

        var outcome = await _client.AnchorAsync(transaction);

        Assert.Equal(AnchorState.Recorded, outcome.State);
    }

    [Fact]
    public async Task A_transaction_that_no_block_takes_is_undecided_and_kept()
    {
        foreach (var node in _nodes) node.Holds = true;

        var outcome = await _client.AnchorAsync(TestChannel.Record());

        Assert.Equal(AnchorState.Undecided, outcome.State);
        Assert.Equal(_nodes[0].Submitted[0], outcome.Transaction.Encoded.ToArray());
    }

    [Fact]
    public async Task Bulk_anchoring_keeps_the_order_and_the_bound_of_what_is_in_flight()
    {
        var records = Enumerable.Range(0, 95).Select(i => TestChannel.Record($"s{i}")).ToAsyncEnumerable();

        var outcomes = await new BulkAnchorer(_client, recordsPerTransaction: 10, maxInFlight: 4)
            .AnchorAsync(records).ToListAsync();

        Assert.Equal(10, outcomes.Count);
        Assert.All(outcomes, o => Assert.True(o.IsRecorded));
        Assert.Equal(95, _chain.Leaves.Count);
        Assert.Equal(95, _chain.Leaves.Select(l => l.Record.Subject).Distinct().Count());
        Assert.Equal(5u, outcomes[^1].LeafCount);
    }

    [Fact]
    public void A_transaction_without_records_is_not_signed() =>
        Assert.Throws<ArgumentException>(() => _client.Sign([]));

    [Fact]
    public void A_client_without_an_identity_does_not_sign()
    {
        using var reader = new LedgerClient(_channel.Options() with { Identity = null }, _nodes);

        Assert.Throws<InvalidOperationException>(() => reader.Sign([TestChannel.Record()]));
    }
}
