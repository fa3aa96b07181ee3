using Ledger.Client.Outbox;
using Ledger.Client.Submit.Journal;
using Ledger.Client.Tests.Fakes;
using Ledger.Client.Tests.Import;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Grpc;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Client.Tests.Outbox;

/// <summary>What one subject promises, and what others do not wait for.</summary>
public sealed class OutboxOrderTests : IDisposable
{
    private const string HeldUp = "held-up";

    private readonly OutboxFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(new[] { 4 })]
    [InlineData(new[] { 1, 2, 3 })]
    [InlineData(new[] { 5, 9, 14, 15, 22, 37 })]
    public async Task A_subjects_records_keep_their_order_whatever_the_chain_refuses(int[] refused)
    {
        _fixture.Chain.Judge = t => refused.Any(n => Carries(t, n)) ? Refusal.InvalidField : null;
        await using var outbox = _fixture.Open(_fixture.Options with { RecordsPerTransaction = 16, MaxInFlight = 8 });
        await OutboxFixture.EnqueueAsync(outbox, 1, 40);

        await OutboxFixture.DeliverAsync(outbox);

        Assert.Equal(refused.Select(OutboxFixture.Key), outbox.DeadLetters.OrderBy(d => d.Sequence).Select(d => d.Key));
        _fixture.AssertOnChain(Enumerable.Range(1, 40).Except(refused));
    }

    [Fact]
    public async Task Halves_without_a_subject_in_common_do_not_wait_for_each_other()
    {
        // The first half is refused by a node that nobody believes, until the second is on the chain.
        _fixture.Chain.Judge = t => Numbers(t).Length == 2 ? Refusal.InvalidField : null;
        var node = _fixture.Node();
        node.Refuses = t => Numbers(t) is [1] && _fixture.Chain.Leaves.Count == 0
            ? FakeNode.Fault(GrpcStatusCode.FailedPrecondition, "UNKNOWN_KEY")
            : null;
        await using var outbox = _fixture.Open(null, node);
        await OutboxFixture.EnqueueAsync(outbox, 1, 2);

        await OutboxFixture.DeliverAsync(outbox);

        Assert.Equal([2L, 1L], _fixture.Chain.Leaves.Select(l => l.Record.Attribute("x-number")!.AsInteger!.Value));
    }

    [Fact]
    public async Task A_subject_that_is_held_up_does_not_hold_up_others_nor_does_a_restart()
    {
        var isHeldUp = true;
        var node = Holding(() => isHeldUp);
        await using (var outbox = _fixture.Open(null, node))
        {
            await HoldUpAsync(outbox, 1);
            for (var i = 2; i <= 31; i++) await outbox.EnqueueAsync(Mixed(i), OutboxFixture.Key(i));

            await OutboxFixture.DeliverAsync(outbox, Completed(outbox, 15));

            Assert.All(_fixture.Chain.Leaves, l => Assert.NotEqual(HeldUp, l.Record.Subject));
            Assert.Equal(16, outbox.Status.PendingRecords);
            Assert.NotNull(outbox.Status.Problem);
        }

        await using var again = _fixture.Open(null, node);
        await again.EnqueueAsync(Mixed(32), OutboxFixture.Key(32));
        await again.EnqueueAsync(Mixed(33), OutboxFixture.Key(33));
        await OutboxFixture.DeliverAsync(again, Completed(again, 16));
        isHeldUp = false;
        await OutboxFixture.DeliverAsync(again);

        _fixture.AssertOnChain(Enumerable.Range(1, 33));
        AssertCompletions(again, 33);
    }

    [Fact]
    public async Task P22_a_process_that_ends_while_a_subject_is_held_up_neither_doubles_nor_loses_a_record()
    {
        for (var at = 3; at <= 14; at++)
        {
            using var fixture = new OutboxFixture();
            var options = fixture.Options with { SegmentBytes = 1 << 10 };
            var node = Holding(() => true, fixture);
            node.Before = (_, call) =>
            {
                if (call >= at) throw new SimulatedCrashException();
            };
            await using (var first = fixture.Open(options, node))
            {
                for (var i = 1; i <= 20; i++) await first.EnqueueAsync(Mixed(i), OutboxFixture.Key(i));
                await Assert.ThrowsAsync<SimulatedCrashException>(() => OutboxFixture.DeliverAsync(first));
            }

            await using var second = fixture.Open(options);
            await OutboxFixture.DeliverAsync(second);

            fixture.AssertOnChain(Enumerable.Range(1, 20));
            AssertCompletions(second, 20);
        }
    }

    [Fact]
    public async Task Others_go_before_no_more_records_than_the_bound()
    {
        await using var outbox = _fixture.Open(null, Holding(() => true));
        await HoldUpAsync(outbox, 1);
        var held = Enumerable.Range(0, OutboxSchedule.MaxAside - 1).Select(i => outbox.EnqueueAsync(Subject(HeldUp, i)));
        await Task.WhenAll(held);
        await outbox.EnqueueAsync(Subject("in time", 1));
        await outbox.EnqueueAsync(Subject(HeldUp, 2));
        await outbox.EnqueueAsync(Subject("too late", 3));

        await OutboxFixture.DeliverAsync(outbox, Completed(outbox, 1));

        Assert.Equal("in time", Assert.Single(_fixture.Chain.Leaves).Record.Subject);
        Assert.Equal(OutboxSchedule.MaxAside + 2, outbox.Status.PendingRecords);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_lapsed_on_a_chain_that_stands_still_is_decided_after_a_time_mark(bool hasContracts)
    {
        var contracts = hasContracts ? new ContractParameters { Engine = Sha256.Instance.Hash("an engine"u8) } : null;
        using var fixture = new OutboxFixture(
            new TestChannel(parameters: new ChannelParameters { Contracts = contracts }));
        await LapseAsync(fixture);
        var node = fixture.Node();
        node.UsesClock = true;
        await using var outbox = fixture.Open(null, node);

        await OutboxFixture.DeliverAsync(outbox);

        fixture.AssertOnChain([1]);
        Assert.Equal(
            [TransactionKind.TimeMark, TransactionKind.Evidence],
            fixture.Chain.Blocks.Select(b => b.Transaction.Content.Kind));
    }

    [Fact]
    public async Task One_time_mark_is_enough_however_long_the_nodes_take_to_agree()
    {
        await LapseAsync(_fixture);
        var (node, late) = (_fixture.Node(), _fixture.Node());
        node.UsesClock = late.UsesClock = true;
        var behind = 20;
        late.TamperStatus = s =>
        {
            if (behind-- > 0) s.CertifiedTimeMs = _fixture.Channel.Genesis.Created.UnixMilliseconds;
        };
        await using var outbox = _fixture.Open(null, node, late);

        await OutboxFixture.DeliverAsync(outbox);

        Assert.True(behind < 0);
        _fixture.AssertOnChain([1]);
        Assert.Single(_fixture.Chain.Blocks, b => b.Transaction.Content.Kind == TransactionKind.TimeMark);
    }

    [Fact]
    public async Task Without_leave_to_mark_time_it_waits_for_others()
    {
        await LapseAsync(_fixture);
        var node = _fixture.Node();
        node.UsesClock = true;
        var options = _fixture.Options with { MovesIdleChain = false };
        await using var outbox = _fixture.Open(options, node);
        var calls = 0;
        node.Before = (method, _) =>
        {
            // Somebody else anchors, at last.
            if (method == "GetStatus" && ++calls == 10)
                _fixture.Chain.Execute(_fixture.Client().Sign([TestChannel.Record("another")]));
        };

        await OutboxFixture.DeliverAsync(outbox);

        _fixture.AssertOnChain([1]);
        Assert.DoesNotContain(_fixture.Chain.Blocks, b => b.Transaction.Content.Kind == TransactionKind.TimeMark);
    }

    private static bool Carries(SignedTransaction transaction, int number) => Numbers(transaction).Contains(number);

    private static long[] Numbers(SignedTransaction transaction) => [.. Records(transaction)
        .Select(r => r.Attribute("x-number")?.AsInteger ?? 0)];

    private static IEnumerable<EvidenceRecord> Records(SignedTransaction transaction) =>
        EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _) ? body.Items.Select(i => i.Record) : [];

    private static EvidenceRecord Subject(string subject, int number) =>
        OutboxFixture.Record(number) with { Subject = subject };

    // Every second one is of the subject that is held up, the first among them.
    private static EvidenceRecord Mixed(int number) =>
        Subject(number % 2 == 1 ? HeldUp : $"other-{number % 3}", number);

    // A node that will not have one subject yet, for a reason that is not in the record.
    private FakeNode Holding(Func<bool> isHeldUp, OutboxFixture? fixture = null)
    {
        var node = (fixture ?? _fixture).Node();
        node.Refuses = t => isHeldUp() && Records(t).Any(r => r.Subject == HeldUp)
            ? FakeNode.Fault(GrpcStatusCode.FailedPrecondition, "UNKNOWN_KEY")
            : null;
        return node;
    }

    private static async Task HoldUpAsync(LedgerOutbox outbox, int number)
    {
        await outbox.EnqueueAsync(Subject(HeldUp, number), OutboxFixture.Key(number));
        // It is in a transaction of its own: a run that is stopped at once has journaled what there was.
        using var stop = new CancellationTokenSource();
        var run = outbox.RunAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(1, outbox.Status.OpenTransactions);
    }

    private static async Task Completed(LedgerOutbox outbox, long count)
    {
        await foreach (var completion in outbox.CompletionsAsync())
        {
            if (completion.Number == count) return;
        }
    }

    // Each record once, under its own number.
    private static void AssertCompletions(LedgerOutbox outbox, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            var state = outbox.Find(OutboxFixture.Key(i));
            Assert.Equal((i, i), (state!.Sequence, state.Completion!.Sequence));
        }

        Assert.Equal(count, outbox.LastCompletion);
    }

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
}
