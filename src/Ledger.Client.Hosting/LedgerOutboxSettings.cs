using Ledger.Client.Outbox;

namespace Ledger.Client.Hosting;

/// <summary>
/// Settings of the outbox that a host runs, as a section of its configuration holds them (usually <c>Ledger:Outbox</c>).
/// They are checked when the host starts. What each means says <see cref="OutboxOptions"/>.
/// </summary>
public sealed class LedgerOutboxSettings
{
    /// <inheritdoc cref="OutboxOptions.Folder"/>
    public string? Folder { get; set; }

    /// <inheritdoc cref="OutboxOptions.MaxPendingRecords"/>
    public int MaxPendingRecords { get; set; } = 500_000;

    /// <inheritdoc cref="OutboxOptions.MaxPendingBytes"/>
    public long MaxPendingBytes { get; set; } = 256L << 20;

    /// <inheritdoc cref="OutboxOptions.MaxAge"/>
    public TimeSpan? MaxAge { get; set; }

    /// <inheritdoc cref="OutboxOptions.WhenFull"/>
    public OutboxFullMode WhenFull { get; set; }

    /// <inheritdoc cref="OutboxOptions.RecordsPerTransaction"/>
    public int RecordsPerTransaction { get; set; } = 200;

    /// <inheritdoc cref="OutboxOptions.MaxInFlight"/>
    public int MaxInFlight { get; set; } = 8;

    /// <inheritdoc cref="OutboxOptions.RememberedCompletions"/>
    public int RememberedCompletions { get; set; } = 100_000;

    /// <summary>
    /// Age of the oldest pending record from which on the health check says that the host is degraded. Defaults to five
    /// minutes.
    /// </summary>
    public TimeSpan DegradedAfter { get; set; } = TimeSpan.FromMinutes(5);

    internal OutboxOptions ToOptions(IOutboxObserver observer) => new()
    {
        Folder = Folder ?? "",
        MaxPendingRecords = MaxPendingRecords,
        MaxPendingBytes = MaxPendingBytes,
        MaxAge = MaxAge,
        WhenFull = WhenFull,
        RecordsPerTransaction = RecordsPerTransaction,
        MaxInFlight = MaxInFlight,
        RememberedCompletions = RememberedCompletions,
        Observer = observer,
    };
}
