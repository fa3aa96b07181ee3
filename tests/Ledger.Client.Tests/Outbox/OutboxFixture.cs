using System.Globalization;
using Ledger.Client.Outbox;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Evidence;

namespace Ledger.Client.Tests.Outbox;

/// <summary>A folder, a chain and clients of it, that outlive the outboxes which are opened over them.</summary>
internal sealed class OutboxFixture : IDisposable
{
    private readonly List<LedgerClient> _clients = [];

    public OutboxFixture(TestChannel? channel = null)
    {
        Channel = channel ?? new TestChannel();
        Chain = new FakeChain(Channel, Time);
    }

    public TestChannel Channel { get; }

    public ManualTime Time { get; } = new();

    public FakeChain Chain { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ledger-").FullName;

    public OutboxOptions Options => new()
    {
        Folder = Folder,
        RecordsPerTransaction = 5,
        MaxInFlight = 3,
        Linger = TimeSpan.Zero,
        FirstRetryDelay = TimeSpan.Zero,
        MaxRetryDelay = TimeSpan.Zero,
        AttemptTimeout = TimeSpan.FromSeconds(5),
    };

    public FakeNode Node() => new(Chain, Channel);

    public LedgerClient Client(params FakeNode[] nodes)
    {
        var client = new LedgerClient(Channel.Options(Time), nodes.Length == 0 ? [Node()] : nodes);
        _clients.Add(client);
        return client;
    }

    public LedgerOutbox Open(OutboxOptions? options = null, params FakeNode[] nodes) =>
        LedgerOutbox.Open(Client(nodes), options ?? Options);

    /// <summary>A record that carries its number; every third has the same subject.</summary>
    public static EvidenceRecord Record(int number) => TestChannel.Record($"case-{number % 3}") with
    {
        Attributes = [EvidenceAttribute.Integer("x-number", number)],
    };

    public static string Key(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Enqueues records at once, as concurrent callers would.</summary>
    public static Task<OutboxPlace[]> EnqueueAsync(LedgerOutbox outbox, int first, int count) => Task.WhenAll(
        Enumerable.Range(first, count).Select(n => outbox.EnqueueAsync(Record(n), Key(n))));

    /// <summary>Runs an outbox until nothing is pending.</summary>
    public static Task DeliverAsync(LedgerOutbox outbox) => DeliverAsync(outbox, outbox.DrainAsync());

    /// <summary>Runs an outbox until something has happened.</summary>
    public static async Task DeliverAsync(LedgerOutbox outbox, Task until)
    {
        using var stop = new CancellationTokenSource();
        var run = outbox.RunAsync(stop.Token);
        await Task.WhenAny(run, until);
        await stop.CancelAsync();
        try
        {
            await run;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && until.IsCompleted)
        {
            await until;
        }
    }

    /// <summary>Asserts that exactly these are on the chain, each once, and those of a subject in order.</summary>
    public void AssertOnChain(IEnumerable<int> numbers)
    {
        var records = Chain.Leaves.Select(l => l.Record).Where(r => r.Attribute("x-number") is not null).ToArray();
        Assert.Equal(numbers.Order().Select(n => (long)n), records.Select(NumberOf).Order());
        foreach (var subject in records.GroupBy(r => r.Subject))
            Assert.Equal(subject.Select(NumberOf).Order(), subject.Select(NumberOf));
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }

    private static long NumberOf(EvidenceRecord record) => record.Attribute("x-number")!.AsInteger!.Value;
}
