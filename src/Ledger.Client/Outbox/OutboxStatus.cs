namespace Ledger.Client.Outbox;

/// <summary>How far an outbox lags behind. Immutable.</summary>
public sealed record OutboxStatus
{
    /// <summary>Records that are durable here and not known to be on the chain.</summary>
    public required int PendingRecords { get; init; }

    /// <summary>Their bytes.</summary>
    public required long PendingBytes { get; init; }

    /// <summary>How long the oldest of them has waited; zero when there is none.</summary>
    public required TimeSpan OldestAge { get; init; }

    /// <summary>Transactions that were sent and whose end is not known.</summary>
    public required int OpenTransactions { get; init; }

    /// <summary>Records that were recorded since the folder was made.</summary>
    public required long RecordedRecords { get; init; }

    /// <summary>Records that the chain refused since the folder was made (<see cref="LedgerOutbox.DeadLetters"/>).</summary>
    public required long DeadLetters { get; init; }

    /// <summary>What keeps the outbox from delivering, as a sentence; null while all goes well.</summary>
    public required string? Problem { get; init; }
}
