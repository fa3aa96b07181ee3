using System.Text;
using Ledger.Client.Import;
using Ledger.Client.Submit.Journal;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Grpc;
using Ledger.Core.Transactions;

namespace Ledger.Client.Tests.Import;

public sealed class ImporterTests
{
    private const int Rows = 23;

    private readonly TestChannel _channel = new();
    private readonly ManualTime _time = new();
    private readonly FakeChain _chain;
    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-").FullName;
    private readonly ImportMap _map = ImportMap.Parse(Encoding.UTF8.GetBytes("""
        {"ledger_import_map":1,"record":{"type":"pre-trade.review-filing",
         "subject":{"field":"case"},"actor":{"field":"who"},"action":{"field":"what"},"role":"operator",
         "attributes":{"x-row":{"kind":"integer","field":"row"}}}}
        """));

    public ImporterTests()
    {
        _chain = new FakeChain(_channel, _time);
        var text = new StringBuilder("row,case,who,what\n");
        for (var i = 1; i <= Rows; i++) text.Append($"{i},case-{i / 3},clerk,{(i % 3 == 0 ? "submit" : "approve")}\n");
        File.WriteAllText(Source, text.ToString());
    }

    private string Source => Path.Combine(_folder, "rows.csv");

    private string JournalPath => Path.Combine(_folder, "journal");

    [Fact]
    public async Task Every_row_is_anchored_in_the_order_of_its_subject()
    {
        var summary = await RunAsync(Node());

        Assert.True(summary.IsComplete);
        Assert.Equal(Rows, summary.RecordedRows);
        AssertEachRowOnce();
    }

    [Fact]
    public async Task A_second_run_of_a_finished_import_sends_nothing()
    {
        await RunAsync(Node());
        var node = Node();

        var summary = await RunAsync(node);

        Assert.True(summary.IsComplete);
        Assert.Equal(Rows, summary.RecordedBefore);
        Assert.Empty(node.Submitted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(37)]
    [InlineData(100)]
    public async Task P22_a_crash_at_any_write_of_the_journal_neither_doubles_nor_loses_a_row(int part)
    {
        for (var at = 1; at <= 15; at++)
        {
            var test = new ImporterTests();
            await Assert.ThrowsAsync<SimulatedCrashException>(
                () => test.RunAsync(test.Node(), path => new CrashingStream(path, at, part)));

            var summary = await test.RunAsync(test.Node());

            Assert.True(summary.IsComplete, $"crash at write {at}: {summary.Problem}");
            test.AssertEachRowOnce();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task P22_a_crash_at_any_call_neither_doubles_nor_loses_a_row(bool afterTheWork)
    {
        for (var at = 1; at <= 7; at++)
        {
            var test = new ImporterTests();
            var node = test.Node();
            void Crash(string method, int call)
            {
                if (call >= at) throw new SimulatedCrashException();
            }

            if (afterTheWork) node.After = Crash;
            else node.Before = Crash;
            await Assert.ThrowsAsync<SimulatedCrashException>(() => test.RunAsync(node));
            var second = test.Node();

            var summary = await test.RunAsync(second);

            Assert.True(summary.IsComplete, $"crash at call {at}: {summary.Problem}");
            test.AssertEachRowOnce();
            // What the first run sent and did not see confirmed, the second sends again as it was.
            var first = node.Submitted.Select(Convert.ToHexString).ToHashSet();
            var again = second.Submitted.Select(Convert.ToHexString).Where(first.Contains).ToHashSet();
            Assert.True(again.Count >= first.Count - at + 1);
        }
    }

    [Fact]
    public async Task Rows_that_were_sent_and_lapsed_unrecorded_are_signed_anew_once_that_is_certain()
    {
        var node = Node();
        node.Before = (_, _) => throw new SimulatedCrashException();
        await Assert.ThrowsAsync<SimulatedCrashException>(() => RunAsync(node));
        _time.Now += TimeSpan.FromDays(2);
        Tick();
        var second = Node();

        var summary = await RunAsync(second);

        Assert.True(summary.IsComplete, summary.Problem);
        AssertEachRowOnce();
    }

    [Fact]
    public async Task Rows_that_were_recorded_before_their_transaction_lapsed_are_not_sent_anew()
    {
        var node = Node();
        node.After = (_, _) => throw new SimulatedCrashException();
        await Assert.ThrowsAsync<SimulatedCrashException>(() => RunAsync(node));
        Assert.NotEmpty(_chain.Leaves);
        _time.Now += TimeSpan.FromDays(2);
        Tick();

        var summary = await RunAsync(Node());

        Assert.True(summary.IsComplete, summary.Problem);
        AssertEachRowOnce();
    }

    [Fact]
    public async Task A_lapsed_batch_whose_fate_is_not_certain_is_left_for_the_next_run()
    {
        var node = Node();
        node.Before = (_, _) => throw new SimulatedCrashException();
        await Assert.ThrowsAsync<SimulatedCrashException>(() => RunAsync(node, maxInFlight: 1));
        _time.Now += TimeSpan.FromDays(2);
        var held = Node();
        held.Before = (method, _) =>
        {
            if (method == "GetStatus") throw FakeNode.Fault(GrpcStatusCode.Unavailable);
            if (method == "SubmitAndWait") throw FakeNode.Fault(GrpcStatusCode.FailedPrecondition, "EXPIRED");
        };

        var summary = await RunAsync(held);

        Assert.False(summary.IsComplete);
        Assert.Contains("not decided", summary.Problem, StringComparison.Ordinal);
        Tick();
        Assert.True((await RunAsync(Node())).IsComplete);
        AssertEachRowOnce();
    }

    [Fact]
    public async Task A_batch_that_the_chain_refuses_stops_the_import_and_the_next_run_tries_it_anew()
    {
        _chain.Judge = _ => Refusal.NotAuthorised;
        var summary = await RunAsync(Node());
        Assert.Contains("NOT_AUTHORISED", summary.Problem, StringComparison.Ordinal);
        Assert.Equal(0, summary.RecordedRows);
        _chain.Judge = _ => null;

        Assert.True((await RunAsync(Node())).IsComplete);

        AssertEachRowOnce();
    }

    [Fact]
    public async Task A_full_node_slows_the_import_down_and_loses_nothing()
    {
        var node = Node();
        node.Before = (_, call) =>
        {
            if (call % 2 == 1)
                throw FakeNode.Fault(GrpcStatusCode.ResourceExhausted, "POOL_FULL", TimeSpan.FromMilliseconds(1));
        };

        Assert.True((await RunAsync(node)).IsComplete);

        AssertEachRowOnce();
    }

    [Fact]
    public async Task A_file_with_one_bad_row_is_refused_before_anything_is_sent()
    {
        File.AppendAllText(Source, "24,case-9,clerk,frobnicate\n");
        var node = Node();

        var fault = await Assert.ThrowsAsync<ImportException>(() => RunAsync(node));

        Assert.Equal(Rows + 2, fault.Line);
        Assert.Contains("frobnicate", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, node.Calls);
    }

    [Fact]
    public async Task A_file_that_was_changed_since_is_refused()
    {
        await RunAsync(Node());
        File.AppendAllText(Source, "24,case-9,clerk,submit\n");

        var fault = await Assert.ThrowsAsync<ImportException>(() => RunAsync(Node()));

        Assert.Contains("another source file", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_of_no_member_is_refused_before_anything_is_sent()
    {
        using var client = new LedgerClient(_channel.Options(_time) with { Identity = _channel.Stranger }, [Node()]);

        await Assert.ThrowsAsync<ImportException>(() => Importer(client).RunAsync());
    }

    [Fact]
    public void The_excerpt_of_the_approval_log_fits_its_mapping()
    {
        var map = ImportMap.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Samples", "request-for-payment.map.json")));
        var source = new ImportSource(
            Path.Combine(AppContext.BaseDirectory, "Samples", "request-for-payment.sample.xes"), ImportFormat.Xes);
        using var client = new LedgerClient(_channel.Options(_time), [Node()]);

        Assert.Equal(87, new Importer(client, source, map, new ImportOptions { JournalPath = JournalPath }).Check());
    }

    private FakeNode Node() => new(_chain, _channel);

    // A block that others caused moves the chain's time on.
    private void Tick()
    {
        using var other = new LedgerClient(_channel.Options(_time), [Node()]);
        _chain.Execute(other.Sign([TestChannel.Record("other")]));
    }

    private Importer Importer(LedgerClient client, Func<string, Stream>? journal = null, int maxInFlight = 3) => new(
        client,
        new ImportSource(Source, ImportFormat.Csv),
        _map,
        new ImportOptions { JournalPath = JournalPath, RecordsPerTransaction = 3, MaxInFlight = maxInFlight },
        journal ?? JournalFile.OpenStream);

    private async Task<ImportSummary> RunAsync(FakeNode node, Func<string, Stream>? journal = null, int maxInFlight = 3)
    {
        using var client = new LedgerClient(_channel.Options(_time), [node]);
        return await Importer(client, journal, maxInFlight).RunAsync();
    }

    private void AssertEachRowOnce()
    {
        var rows = _chain.Leaves.Select(l => l.Record).Where(r => r.Subject != "other").ToArray();
        Assert.Equal(
            Enumerable.Range(1, Rows).Select(i => (long)i),
            rows.Select(r => r.Attribute("x-row")!.AsInteger!.Value).Order());
        foreach (var subject in rows.GroupBy(r => r.Subject))
        {
            var order = subject.Select(r => r.Attribute("x-row")!.AsInteger!.Value).ToArray();
            Assert.Equal(order.Order(), order);
        }
    }
}
