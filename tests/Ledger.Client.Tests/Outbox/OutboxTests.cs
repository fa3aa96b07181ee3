using Ledger.Client.Outbox;
using Ledger.Client.Submit.Journal;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Evidence;

namespace Ledger.Client.Tests.Outbox;

public sealed class OutboxTests : IDisposable
{
    private readonly OutboxFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task What_was_enqueued_is_on_the_chain_once_and_in_the_order_of_its_subject()
    {
        await using var outbox = _fixture.Open();
        var places = await OutboxFixture.EnqueueAsync(outbox, 1, 40);

        await OutboxFixture.DeliverAsync(outbox);

        _fixture.AssertOnChain(Enumerable.Range(1, 40));
        Assert.Equal(Enumerable.Range(1, 40).Select(n => (long)n), places.Select(p => p.Sequence).Order());
        var status = outbox.Status;
        Assert.Equal((0, 0L, 0, 40L), (
            status.PendingRecords, status.PendingBytes, status.OpenTransactions, status.RecordedRecords));
        Assert.Equal(TimeSpan.Zero, status.OldestAge);
    }

    [Fact]
    public async Task Records_that_are_enqueued_together_share_one_sync()
    {
        await using var outbox = _fixture.Open();

        // However fast the disk is, they are all there before it is their turn.
        await outbox.WriteTurn.WaitAsync();
        var enqueuing = OutboxFixture.EnqueueAsync(outbox, 1, 1000);
        outbox.WriteTurn.Release();
        await enqueuing;

        Assert.Equal(1, outbox.EntrySyncs);
    }

    [Fact]
    public async Task Records_that_are_enqueued_one_after_the_other_cost_one_sync_each()
    {
        await using var outbox = _fixture.Open();

        for (var i = 1; i <= 7; i++) await outbox.EnqueueAsync(OutboxFixture.Record(i));

        Assert.Equal(7, outbox.EntrySyncs);
    }

    [Fact]
    public async Task What_was_enqueued_outlives_its_process()
    {
        await using (var first = _fixture.Open()) await OutboxFixture.EnqueueAsync(first, 1, 12);

        await using var second = _fixture.Open();
        Assert.Equal(12, second.Status.PendingRecords);
        await OutboxFixture.DeliverAsync(second);

        _fixture.AssertOnChain(Enumerable.Range(1, 12));
    }

    [Fact]
    public async Task A_key_is_taken_once_before_and_after_its_record_is_on_the_chain_and_after_a_restart()
    {
        await using (var outbox = _fixture.Open())
        {
            var both = await Task.WhenAll(
                outbox.EnqueueAsync(OutboxFixture.Record(1), "one"), outbox.EnqueueAsync(OutboxFixture.Record(1), "one"));
            Assert.Equal([true, false], both.Select(p => p.IsNew));
            Assert.Equal(both[0].Sequence, both[1].Sequence);
            Assert.Null(outbox.Find("one")!.Completion);
            await OutboxFixture.DeliverAsync(outbox);
            Assert.False((await outbox.EnqueueAsync(OutboxFixture.Record(1), "one")).IsNew);
        }

        await using var again = _fixture.Open();
        Assert.False((await again.EnqueueAsync(OutboxFixture.Record(1), "one")).IsNew);

        Assert.True(again.Find("one")!.Completion!.IsRecorded);
        Assert.Null(again.Find("two"));
        _fixture.AssertOnChain([1]);
    }

    [Fact]
    public async Task A_completion_names_the_record_on_the_chain_and_reading_resumes_after_it()
    {
        await using (var outbox = _fixture.Open())
        {
            await OutboxFixture.EnqueueAsync(outbox, 1, 8);
            await OutboxFixture.DeliverAsync(outbox);
        }

        await using var again = _fixture.Open();
        var rest = await TakeAsync(again.CompletionsAsync(after: 3), 5);

        Assert.Equal([4, 5, 6, 7, 8], rest.Select(c => c.Number));
        foreach (var completion in rest)
        {
            var leaf = _fixture.Chain.Leaves[(int)completion.Index.Value];
            Assert.Equal(leaf.Leaf.Id, completion.Evidence);
            Assert.Equal(leaf.Height, completion.Height.Value);
            Assert.Equal(completion.Key, leaf.Record.Attribute("x-number")!.DisplayValue());
        }
    }

    [Fact]
    public async Task Completions_that_are_no_longer_kept_are_said_to_be_missing()
    {
        await using var outbox = _fixture.Open(_fixture.Options with { RememberedCompletions = 5 });
        await OutboxFixture.EnqueueAsync(outbox, 1, 20);
        await OutboxFixture.DeliverAsync(outbox);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TakeAsync(outbox.CompletionsAsync(after: 2), 1));
        Assert.Equal(5, (await TakeAsync(outbox.CompletionsAsync(after: 15), 5)).Count);
    }

    [Fact]
    public async Task A_full_outbox_fails_with_its_figures()
    {
        await using var outbox = _fixture.Open(_fixture.Options with { MaxPendingRecords = 3 });
        await OutboxFixture.EnqueueAsync(outbox, 1, 3);
        _fixture.Time.Now += TimeSpan.FromSeconds(90);

        var full = await Assert.ThrowsAsync<OutboxFullException>(() => outbox.EnqueueAsync(OutboxFixture.Record(4)));

        Assert.Equal(nameof(OutboxOptions.MaxPendingRecords), full.Limit);
        Assert.Contains("3 records", full.Message, StringComparison.Ordinal);
        Assert.Contains("90 s", full.Message, StringComparison.Ordinal);
        await OutboxFixture.DeliverAsync(outbox);
        await outbox.EnqueueAsync(OutboxFixture.Record(4));
    }

    [Fact]
    public async Task Bytes_and_age_have_limits_of_their_own()
    {
        await using var outbox = _fixture.Open(
            _fixture.Options with { MaxPendingBytes = 16 << 10, MaxAge = TimeSpan.FromHours(1) });
        await outbox.EnqueueAsync(OutboxFixture.Record(1));
        _fixture.Time.Now += TimeSpan.FromHours(2);
        var old = await Assert.ThrowsAsync<OutboxFullException>(() => outbox.EnqueueAsync(OutboxFixture.Record(2)));
        Assert.Equal(nameof(OutboxOptions.MaxAge), old.Limit);
        await OutboxFixture.DeliverAsync(outbox);

        var large = await Assert.ThrowsAsync<OutboxFullException>(() => OutboxFixture.EnqueueAsync(outbox, 2, 500));

        Assert.Equal(nameof(OutboxOptions.MaxPendingBytes), large.Limit);
    }

    [Fact]
    public async Task A_full_outbox_that_waits_takes_the_record_when_there_is_room()
    {
        await using var outbox = _fixture.Open(
            _fixture.Options with { MaxPendingRecords = 3, WhenFull = OutboxFullMode.Wait });
        await OutboxFixture.EnqueueAsync(outbox, 1, 3);
        var waiting = outbox.EnqueueAsync(OutboxFixture.Record(4));
        Assert.False(waiting.IsCompleted);

        await OutboxFixture.DeliverAsync(outbox, waiting);
        await OutboxFixture.DeliverAsync(outbox);

        _fixture.AssertOnChain([1, 2, 3, 4]);
    }

    [Fact]
    public async Task Waiting_for_room_can_be_given_up()
    {
        await using var outbox = _fixture.Open(
            _fixture.Options with { MaxPendingRecords = 1, WhenFull = OutboxFullMode.Wait });
        await outbox.EnqueueAsync(OutboxFixture.Record(1));
        using var stop = new CancellationTokenSource();
        var waiting = outbox.EnqueueAsync(OutboxFixture.Record(2), cancellation: stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, outbox.Status.PendingRecords);
    }

    [Fact]
    public async Task A_record_that_breaks_its_types_rules_comes_back_at_once_with_what_is_wrong()
    {
        await using var outbox = _fixture.Open();

        var fault = await Assert.ThrowsAsync<ArgumentException>(
            () => outbox.EnqueueAsync(TestChannel.Record(action: "frobnicate")));

        Assert.Contains("INVALID_FIELD", fault.Message, StringComparison.Ordinal);
        Assert.Contains("frobnicate", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, outbox.Status.PendingRecords);
    }

    [Fact]
    public async Task A_folder_belongs_to_one_process_at_a_time()
    {
        await using var first = _fixture.Open();

        Assert.Contains("in use", Assert.Throws<JournalException>(() => _fixture.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_belongs_to_one_channel()
    {
        await using (_fixture.Open()) Assert.Empty(_fixture.Chain.Blocks);
        var channel = new TestChannel("other");
        using var client = new LedgerClient(
            channel.Options(), [new FakeNode(new FakeChain(channel, _fixture.Time), channel)]);

        Assert.Contains(
            "another channel",
            Assert.Throws<JournalException>(() => LedgerOutbox.Open(client, _fixture.Options)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_bounded_however_much_passes_through()
    {
        var options = _fixture.Options with { SegmentBytes = 4 << 10, RememberedCompletions = 10 };
        await using (var outbox = _fixture.Open(options))
        {
            for (var round = 0; round < 20; round++)
            {
                await OutboxFixture.EnqueueAsync(outbox, round * 20, 20);
                await OutboxFixture.DeliverAsync(outbox);
            }
        }

        var bytes = Directory.EnumerateFiles(_fixture.Folder, "*", SearchOption.AllDirectories)
            .Sum(f => new FileInfo(f).Length);
        Assert.InRange(bytes, 1, 64 << 10);
        await using var again = _fixture.Open(options);
        Assert.Equal(400, again.Status.RecordedRecords);
        await OutboxFixture.EnqueueAsync(again, 400, 5);
        await OutboxFixture.DeliverAsync(again);
        _fixture.AssertOnChain(Enumerable.Range(0, 405));
    }

    [Fact]
    public async Task Options_out_of_range_are_refused_by_name()
    {
        var fault = Assert.Throws<ArgumentOutOfRangeException>(
            () => _fixture.Open(_fixture.Options with { RecordsPerTransaction = 1001 }));
        Assert.Contains(nameof(OutboxOptions.RecordsPerTransaction), fault.Message, StringComparison.Ordinal);

        using var stranger = new LedgerClient(
            _fixture.Channel.Options() with { Identity = _fixture.Channel.Stranger }, [_fixture.Node()]);
        await Task.FromResult(Assert.Throws<ArgumentException>(() => LedgerOutbox.Open(stranger, _fixture.Options)));
    }

    private static async Task<List<OutboxCompletion>> TakeAsync(IAsyncEnumerable<OutboxCompletion> source, int count)
    {
        var taken = new List<OutboxCompletion>();
        await foreach (var item in source)
        {
            taken.Add(item);
            if (taken.Count == count) break;
        }

        return taken;
    }
}
