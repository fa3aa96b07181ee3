using Ledger.Core.Evidence;

namespace Ledger.Client.Outbox;

/// <summary>What enqueuing does when an outbox is full.</summary>
public enum OutboxFullMode
{
    /// <summary>It throws <see cref="OutboxFullException"/> at once.</summary>
    Fail = 0,

    /// <summary>It waits until there is room.</summary>
    Wait,
}

/// <summary>Settings of a <see cref="LedgerOutbox"/>.</summary>
public sealed record OutboxOptions
{
    /// <summary>
    /// The folder that the outbox keeps its files in. It belongs to one channel and one process at a time, and must lie on
    /// a disk that keeps what was synced to it. It is made if there is none.
    /// </summary>
    public required string Folder { get; init; }

    /// <summary>
    /// Most records that wait or are on their way. Defaults to 500,000: at some hundred bytes each they fit in memory.
    /// </summary>
    public int MaxPendingRecords { get; init; } = 500_000;

    /// <summary>Most bytes of records that wait or are on their way. Defaults to 256 MiB.</summary>
    public long MaxPendingBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Age of the oldest record from which on the outbox counts as full. Null, the default, for no such limit: an outbox
    /// is there to outlast a network that is away.
    /// </summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>What enqueuing does when a limit is reached. Defaults to failing, so that the caller notices.</summary>
    public OutboxFullMode WhenFull { get; init; }

    /// <summary>
    /// Records in one transaction, 1 to 1000. Defaults to 200: twice that gains little and delays the first of them.
    /// </summary>
    public int RecordsPerTransaction { get; init; } = 200;

    /// <summary>Transactions on their way at a time, 1 to 64. Defaults to 8.</summary>
    public int MaxInFlight { get; init; } = 8;

    /// <summary>
    /// Starts when a record is the oldest that waits while others are on their way; when it ends, a transaction is made of
    /// what there is. Nothing waits when nothing is on its way. Defaults to 50 ms.
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Starts when a transaction is submitted; when it ends undecided, it counts as a failed attempt. Defaults to
    /// 30 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause after a failed attempt; it doubles up to <see cref="MaxRetryDelay"/>. Defaults to 250
    /// ms.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between attempts. Defaults to 30 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether a transaction counts as recorded only when a receipt of it was verified against the genesis, rather than
    /// on one node's word. Defaults to true; it costs one more call for each transaction.
    /// </summary>
    public bool Prove { get; init; } = true;

    /// <summary>
    /// How many completed records are remembered, with their keys: as long as <see cref="LedgerOutbox.Find"/> knows them,
    /// enqueuing their keys again does nothing, and <see cref="LedgerOutbox.CompletionsAsync"/> can resume at them.
    /// Defaults to 100,000.
    /// </summary>
    public int RememberedCompletions { get; init; } = 100_000;

    /// <summary>Bytes of a file from which on the next is begun. Defaults to 16 MiB.</summary>
    public long SegmentBytes { get; init; } = 16L << 20;

    /// <summary>
    /// Whether an outbox whose lapsed transaction waits for the chain's time to move, on a channel where nobody else
    /// anchors anything, moves it with a time mark: a transaction that has no other effect. Defaults to true.
    /// </summary>
    public bool MovesIdleChain { get; init; } = true;

    /// <summary>Told of what happens, for logs. Null for nobody.</summary>
    public IOutboxObserver? Observer { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        Within(MaxPendingRecords, 1, 10_000_000, nameof(MaxPendingRecords));
        Within(MaxPendingBytes, EvidenceLimits.RecordBytes, 1L << 40, nameof(MaxPendingBytes));
        Within(RecordsPerTransaction, 1, EvidenceLimits.RecordsPerTransaction, nameof(RecordsPerTransaction));
        Within(MaxInFlight, 1, 64, nameof(MaxInFlight));
        Within(RememberedCompletions, 0, 10_000_000, nameof(RememberedCompletions));
        Within(SegmentBytes, 1 << 10, 1L << 40, nameof(SegmentBytes));
        if (MaxAge is { } age) Within(age.Ticks, 1, TimeSpan.MaxValue.Ticks, nameof(MaxAge));
        Within(Linger.Ticks, 0, TimeSpan.TicksPerHour, nameof(Linger));
        Within(AttemptTimeout.Ticks, 1, TimeSpan.TicksPerDay, nameof(AttemptTimeout));
        Within(FirstRetryDelay.Ticks, 0, TimeSpan.TicksPerDay, nameof(FirstRetryDelay));
        Within(MaxRetryDelay.Ticks, FirstRetryDelay.Ticks, TimeSpan.TicksPerDay, nameof(MaxRetryDelay));
    }

    private static void Within(long value, long least, long most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, $"OutboxOptions.{name} must be {least} to {most}");
    }
}
