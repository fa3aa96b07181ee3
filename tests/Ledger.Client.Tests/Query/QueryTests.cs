using Ledger.Client.Query;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Blocks;
using Ledger.Core.Grpc;

namespace Ledger.Client.Tests.Query;

public sealed class QueryTests : IDisposable
{
    private readonly TestChannel _channel = new();
    private readonly ManualTime _time = new();
    private readonly FakeChain _chain;
    private readonly FakeNode _node;
    private readonly LedgerClient _client;

    public QueryTests()
    {
        _chain = new FakeChain(_channel, _time);
        _node = new FakeNode(_chain, _channel);
        _client = new LedgerClient(_channel.Options(_time), [_node]);
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task All_pages_of_an_answer_are_read()
    {
        await AnchorAsync("a", 7);
        await AnchorAsync("b", 3);

        var found = await _client.QueryAsync(EvidenceQuery.BySubject("a") with { PageSize = 2 }).ToListAsync();

        Assert.Equal(7, found.Count);
        Assert.All(found, e => Assert.Equal("a", e.Record.Subject));
    }

    [Fact]
    public async Task A_digest_is_found_whoever_anchored_it()
    {
        await AnchorAsync("a", 2);
        var digest = _chain.Leaves[1].Record.Digests[0].Value;

        var found = await _client.QueryAsync(EvidenceQuery.ByDigest(digest)).ToListAsync();

        Assert.Equal(_chain.Leaves[1].Leaf.Id, Assert.Single(found).Id);
    }

    [Fact]
    public async Task Times_bound_the_answer_even_when_the_node_ignores_them()
    {
        await AnchorAsync("a", 3);
        var second = _chain.Leaves[1].Leaf.Time;

        var found = await _client.QueryAsync(
            EvidenceQuery.BySubject(
                "a") with { From = second, To = new Timestamp(second.UnixMilliseconds + 1) }).ToListAsync();

        Assert.Equal(2ul, Assert.Single(found).Leaf.SubjectSequence);
    }

    [Fact]
    public async Task P14_an_answer_that_does_not_fit_the_query_is_refused()
    {
        await AnchorAsync("a", 1);
        await AnchorAsync("b", 1);
        _node.TamperQuery = page => page.Evidence[0].Leaf = Google.Protobuf.ByteString.CopyFrom(_chain.Leaves[1].Bytes);

        await Assert.ThrowsAsync<LedgerIntegrityException>(
            async () => await _client.QueryAsync(EvidenceQuery.BySubject("a")).ToListAsync());
    }

    [Fact]
    public async Task A_node_that_serves_the_same_page_for_ever_is_found_out()
    {
        await AnchorAsync("a", 2);
        _node.TamperQuery = page => page.NextCursor = Google.Protobuf.ByteString.CopyFromUtf8("0");

        await Assert.ThrowsAsync<LedgerIntegrityException>(
            async () => await _client.QueryAsync(EvidenceQuery.BySubject("a")).ToListAsync());
    }

    [Fact]
    public async Task A_timeline_is_proven_complete()
    {
        await AnchorAsync("a", 5);
        await AnchorAsync("b", 1);

        var timeline = await _client.GetTimelineAsync("a");

        Assert.Equal(5, timeline.Entries.Count);
        Assert.Equal(6ul, timeline.ProvenAt.Header.Height.Value);
    }

    [Fact]
    public async Task What_was_acknowledged_is_read_from_a_node_that_has_it()
    {
        await AnchorAsync("a", 2);
        var (behind, upToDate) = (new FakeNode(_chain, _channel), new FakeNode(_chain, _channel));
        behind.Certified = 1;
        using var client = new LedgerClient(_channel.Options(_time), [behind, upToDate]);

        var timeline = await client.GetTimelineAsync("a", new BlockHeight(2));
        var receipt = await client.GetReceiptAsync(_chain.Leaves[1].Leaf.Id, new BlockHeight(2));

        Assert.Equal(2, timeline.Entries.Count);
        Assert.Equal(1ul, receipt.Content.Index.Value);
        Assert.Equal(1, behind.Calls);
    }

    [Fact]
    public async Task P14_a_node_that_ignores_the_height_asked_for_is_found_out()
    {
        await AnchorAsync("a", 2);

        await Assert.ThrowsAsync<LedgerIntegrityException>(() => _client.GetTimelineAsync("a", new BlockHeight(3)));
    }

    [Fact]
    public async Task A_subject_without_evidence_has_a_proven_empty_timeline()
    {
        await AnchorAsync("a", 1);

        Assert.Empty((await _client.GetTimelineAsync("b")).Entries);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_timeline_with_an_entry_left_out_is_refused(int leftOut)
    {
        await AnchorAsync("a", 5);
        _node.TamperQuery = page => page.Evidence.RemoveAt(leftOut);

        await Assert.ThrowsAsync<LedgerIntegrityException>(() => _client.GetTimelineAsync("a"));
    }

    [Fact]
    public async Task A_timeline_whose_newest_entry_is_withheld_is_not_taken_for_whole()
    {
        await AnchorAsync("a", 5);
        _node.TamperQuery = page => page.Evidence.RemoveAt(4);

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => _client.GetTimelineAsync("a"));
    }

    [Fact]
    public async Task A_receipt_is_verified_before_it_is_handed_out()
    {
        await AnchorAsync("a", 3);

        var receipt = await _client.GetReceiptAsync(_chain.Leaves[1].Leaf.Id);

        Assert.Equal(1ul, receipt.Content.Index.Value);
        Assert.Equal("clerk-1", receipt.Content.Record.Actor);
    }

    [Fact]
    public async Task P14_the_receipt_of_another_record_is_refused()
    {
        await AnchorAsync("a", 3);
        _node.TamperReceipt = _ => _chain.Receipt(2);

        await Assert.ThrowsAsync<LedgerIntegrityException>(() => _client.GetReceiptAsync(_chain.Leaves[1].Leaf.Id));
    }

    [Fact]
    public async Task P14_a_receipt_that_does_not_hold_is_refused()
    {
        await AnchorAsync("a", 3);
        _node.TamperReceipt = receipt => receipt with { LeafBytes = _chain.Leaves[0].Bytes };

        await Assert.ThrowsAsync<LedgerIntegrityException>(() => _client.GetReceiptAsync(_chain.Leaves[1].Leaf.Id));
    }

    [Fact]
    public async Task A_receipt_of_an_unknown_record_is_a_refusal_with_a_reason()
    {
        await AnchorAsync("a", 1);

        var fault = await Assert.ThrowsAsync<LedgerRefusedException>(
            () => _client.GetReceiptAsync(new Core.Evidence.EvidenceId(_chain.Leaves[0].Leaf.Id.TransactionId, 7)));

        Assert.Equal("NOT_FOUND", fault.Reason);
    }

    [Fact]
    public async Task The_log_is_proven_to_have_only_grown()
    {
        await AnchorAsync("a", 3);
        var known = await _client.GetHeaderAsync(new BlockHeight(2));
        await AnchorAsync("b", 4);

        var later = await _client.ProveConsistencyAsync(known);

        Assert.Equal(7ul, later.Header.LogSize);
    }

    [Fact]
    public async Task A_log_that_was_rewritten_is_found_out()
    {
        await AnchorAsync("a", 3);
        var known = await _client.GetHeaderAsync(new BlockHeight(2));
        var rewritten = known with { Header = known.Header with { LogRoot = known.Header.StateRoot } };

        await Assert.ThrowsAsync<LedgerIntegrityException>(() => _client.ProveConsistencyAsync(rewritten));
    }

    [Fact]
    public async Task A_node_that_never_answers_is_given_up_after_the_allowed_attempts()
    {
        _node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.Unavailable);

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => _client.GetStatusAsync());

        Assert.Equal(_client.Options.MaxAttempts, _node.Calls);
    }

    private async Task AnchorAsync(string subject, int count)
    {
        for (var i = 0; i < count; i++)
            Assert.True((await _client.AnchorAsync(TestChannel.Record(subject, actor: $"clerk-{i}"))).IsRecorded);
    }
}
