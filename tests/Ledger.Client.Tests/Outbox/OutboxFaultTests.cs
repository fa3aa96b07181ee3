using Ledger.Client.Outbox;
using Ledger.Client.Submit.Journal;
using Ledger.Client.Tests.Fakes;
using Ledger.Client.Tests.Import;
using Ledger.Core.Grpc;
using Ledger.Core.Transactions;

namespace Ledger.Client.Tests.Outbox;

public sealed class OutboxFaultTests : IDisposable
{
    private readonly OutboxFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P22_a_process_that_ends_at_any_call_neither_doubles_nor_loses_a_record(bool afterTheWork)
    {
        for (var at = 1; at <= 8; at++)
        {
            using var fixture = new OutboxFixture();
            var node = fixture.Node();
            void Crash(string method, int call)
            {
                if (call >= at) throw new SimulatedCrashException();
            }

            if (afterTheWork) node.After = Crash;
            else node.Before = Crash;
            await using (var first = fixture.Open(null, node))
            {
                await OutboxFixture.EnqueueAsync(first, 1, 20);
                await Assert.ThrowsAsync<SimulatedCrashException>(() => OutboxFixture.DeliverAsync(first));
            }

            var second = fixture.Node();
            await using var outbox = fixture.Open(null, second);
            await OutboxFixture.DeliverAsync(outbox);

            fixture.AssertOnChain(Enumerable.Range(1, 20));
            Assert.Equal(20, outbox.LastCompletion);
            // What the first run sent and did not see confirmed, the second sends again as it was.
            Assert.True(node.Submitted.Count < at || second.Submitted.Select(Convert.ToHexString)
                .Intersect(node.Submitted.Select(Convert.ToHexString)).Any());
        }
    }

    [Fact]
    public async Task A_week_without_network_loses_nothing_and_signs_little()
    {
        var node = _fixture.Node();
        var week = _fixture.Time.Now + TimeSpan.FromDays(7);
        node.Before = (_, _) =>
        {
            if (_fixture.Time.Now >= week) return;
            _fixture.Time.Now += TimeSpan.FromHours(1);
            throw FakeNode.Fault(GrpcStatusCode.Unavailable);
        };
        await using var outbox = _fixture.Open(null, node);
        await OutboxFixture.EnqueueAsync(outbox, 1, 200);

        await OutboxFixture.DeliverAsync(outbox);

        _fixture.AssertOnChain(Enumerable.Range(1, 200));
        // 40 transactions carry them; beyond these only what was on its way when the network went was signed twice.
        Assert.InRange(
            node.Submitted.Select(Convert.ToHexString).Distinct().Count(), 40, 40 + _fixture.Options.MaxInFlight);
        Assert.Null(outbox.Status.Problem);
    }

    [Fact]
    public async Task What_lapsed_is_decided_by_later_records_of_other_subjects()
    {
        await LapseAsync(_fixture);
        var node = _fixture.Node();
        node.UsesClock = true;
        await using var outbox = _fixture.Open(null, node);
        await outbox.EnqueueAsync(OutboxFixture.Record(2));

        await OutboxFixture.DeliverAsync(outbox);

        _fixture.AssertOnChain([1, 2]);
    }

    [Fact]
    public async Task What_was_recorded_before_it_lapsed_is_not_sent_anew()
    {
        var node = _fixture.Node();
        node.After = (_, _) => throw new SimulatedCrashException();
        await using (var first = _fixture.Open(null, node))
        {
            await first.EnqueueAsync(OutboxFixture.Record(1));
            await Assert.ThrowsAsync<SimulatedCrashException>(() => OutboxFixture.DeliverAsync(first));
        }

        _fixture.Time.Now += TimeSpan.FromDays(7);
        await using var second = _fixture.Open();
        await OutboxFixture.DeliverAsync(second);

        _fixture.AssertOnChain([1]);
    }

    [Fact]
    public async Task A_record_that_the_chain_refuses_is_put_aside_with_its_reason_and_the_others_go_on()
    {
        _fixture.Chain.Judge = t => Carries(t, 7) ? Refusal.NotAuthorised : null;
        await using (var outbox = _fixture.Open())
        {
            await OutboxFixture.EnqueueAsync(outbox, 1, 20);
            await OutboxFixture.DeliverAsync(outbox);
        }

        await using var again = _fixture.Open();
        var letter = Assert.Single(again.DeadLetters);
        Assert.Equal(("NOT_AUTHORISED", "7"), (letter.Reason, letter.Key));
        Assert.Equal(OutboxFixture.Record(7).Encode(), letter.Record.ToArray());
        Assert.Equal("NOT_AUTHORISED", again.Find("7")!.Completion!.Refusal);
        Assert.Contains(
            "NOT_AUTHORISED",
            File.ReadAllText(Path.Combine(_fixture.Folder, "dead-letters.jsonl")),
            StringComparison.Ordinal);
        Assert.Equal((0, 1L, 19L), (
            again.Status.PendingRecords, again.Status.DeadLetters, again.Status.RecordedRecords));
        _fixture.AssertOnChain(Enumerable.Range(1, 20).Except([7]));
    }

    [Fact]
    public async Task A_record_that_enough_nodes_refuse_by_its_bytes_is_put_aside_without_waiting_for_it_to_lapse()
    {
        FakeNode[] nodes = [Refusing(), Refusing()];
        await using var outbox = _fixture.Open(null, nodes);
        await OutboxFixture.EnqueueAsync(outbox, 1, 10);

        await OutboxFixture.DeliverAsync(outbox);

        Assert.Equal("UNKNOWN_TYPE", Assert.Single(outbox.DeadLetters).Reason);
        _fixture.AssertOnChain(Enumerable.Range(1, 10).Except([4]));
    }

    [Fact]
    public async Task A_lone_node_among_others_that_refuses_a_record_does_not_put_it_aside()
    {
        await using var outbox = _fixture.Open(null, Refusing(), _fixture.Node(), _fixture.Node());
        await OutboxFixture.EnqueueAsync(outbox, 1, 10);

        await OutboxFixture.DeliverAsync(outbox);

        Assert.Empty(outbox.DeadLetters);
        _fixture.AssertOnChain(Enumerable.Range(1, 10));
    }

    [Fact]
    public async Task A_node_that_says_recorded_and_cannot_prove_it_is_not_believed()
    {
        var node = _fixture.Node();
        var lies = 3;
        node.TamperReceipt = r => lies-- > 0 ? r with { Index = new(r.Index.Value + 1) } : r;
        await using var outbox = _fixture.Open(null, node);
        await outbox.EnqueueAsync(OutboxFixture.Record(1), "one");

        await OutboxFixture.DeliverAsync(outbox);

        Assert.True(lies < 0);
        Assert.Equal(0ul, outbox.Find("one")!.Completion!.Index.Value);
        _fixture.AssertOnChain([1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public async Task P25_a_torn_write_is_cut_off_and_nothing_that_was_acknowledged_is_lost(int torn)
    {
        await using (var first = _fixture.Open()) await OutboxFixture.EnqueueAsync(first, 1, 6);
        var file = EntriesFile();
        File.AppendAllBytes(file, new byte[torn]);

        await using var outbox = _fixture.Open();
        await OutboxFixture.DeliverAsync(outbox);

        _fixture.AssertOnChain(Enumerable.Range(1, 6));
    }

    [Fact]
    public async Task Damage_before_the_end_is_reported_with_its_place_and_nothing_is_skipped()
    {
        await using (var first = _fixture.Open())
        {
            for (var i = 1; i <= 3; i++) await first.EnqueueAsync(OutboxFixture.Record(i));
        }

        var file = EntriesFile();
        var whole = File.ReadAllBytes(file);
        for (var at = 0; at < whole.Length * 2 / 3; at += 7)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(file, damaged);
            var fault = Assert.Throws<JournalException>(() => _fixture.Open());
            Assert.Contains("damaged at byte", fault.Message, StringComparison.Ordinal);
            Assert.Equal(damaged, File.ReadAllBytes(file));
        }
    }

    [Fact]
    public async Task A_file_that_is_missing_is_reported()
    {
        var options = _fixture.Options with { SegmentBytes = 1 << 10 };
        await using (var first = _fixture.Open(options))
        {
            for (var i = 1; i <= 30; i++) await first.EnqueueAsync(OutboxFixture.Record(i));
        }

        var files = Directory.GetFiles(Path.Combine(_fixture.Folder, "entries")).Order().ToArray();
        Assert.True(files.Length > 2);
        foreach (var missing in files.SkipLast(1))
        {
            var bytes = File.ReadAllBytes(missing);
            File.Delete(missing);
            var fault = Assert.Throws<JournalException>(() => _fixture.Open(options));
            Assert.Contains("missing", fault.Message, StringComparison.Ordinal);
            File.WriteAllBytes(missing, bytes);
        }
    }

    private static bool Carries(SignedTransaction transaction, int number) =>
        Core.Evidence.EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _)
        && body.Items.Any(i => i.Record.Attribute("x-number")?.AsInteger == number);

    // Leaves one record in the folder whose transaction was sent, not recorded, and has lapsed.
    private static async Task LapseAsync(OutboxFixture fixture)
    {
        var node = fixture.Node();
        node.Before = (_, _) => throw new SimulatedCrashException();
        await using (var first = fixture.Open(null, node))
        {
            await first.EnqueueAsync(OutboxFixture.Record(1));
            await Assert.ThrowsAsync<SimulatedCrashException>(() => OutboxFixture.DeliverAsync(first));
        }

        fixture.Time.Now += TimeSpan.FromDays(7);
    }

    private string EntriesFile() => Directory.GetFiles(Path.Combine(_fixture.Folder, "entries")).Single();

    // A node that does not know a type which record 4 has.
    private FakeNode Refusing()
    {
        var node = _fixture.Node();
        node.Refuses = t => Carries(t, 4) ? FakeNode.Fault(GrpcStatusCode.InvalidArgument, "UNKNOWN_TYPE") : null;
        return node;
    }
}
