namespace Ledger.Client.Import;

/// <summary>Settings of an <see cref="Importer"/>.</summary>
public sealed record ImportOptions
{
    /// <summary>
    /// The file in which the import keeps what it sent. It must outlive the process and lie on a disk that keeps what
    /// was synced to it; an import with the same journal goes on where the last one stopped.
    /// </summary>
    public required string JournalPath { get; init; }

    /// <summary>
    /// Records in one transaction, 1 to 1000. Defaults to 100: larger ones gain little and delay their neighbours.
    /// </summary>
    public int RecordsPerTransaction { get; init; } = 100;

    /// <summary>Transactions on their way at a time. Defaults to 8.</summary>
    public int MaxInFlight { get; init; } = 8;

    /// <summary>
    /// Whether each subject's records are recorded in the order of the file. Then a batch waits for those on their way
    /// that share a subject with it. Defaults to true: a timeline in another order is of little use.
    /// </summary>
    public bool KeepSubjectOrder { get; init; } = true;

    /// <summary>The key of keyed row digests; needed exactly when the mapping asks for them.</summary>
    public ReadOnlyMemory<byte> RowKey { get; init; }
}

/// <summary>How far an import is.</summary>
/// <param name="RecordedRows">Rows whose records are on the chain, those of earlier runs included.</param>
/// <param name="TotalRows">Rows of the file.</param>
/// <param name="InFlight">Transactions on their way.</param>
public readonly record struct ImportProgress(long RecordedRows, long TotalRows, int InFlight);

/// <summary>What an import did. Immutable.</summary>
/// <param name="TotalRows">Rows of the file.</param>
/// <param name="RecordedRows">Rows whose records are on the chain, those of earlier runs included.</param>
/// <param name="RecordedBefore">Rows that were on the chain before this run.</param>
/// <param name="Transactions">Transactions that carry them.</param>
/// <param name="Problem">Why the import stopped before the end, as a sentence; null when every row is recorded.</param>
public sealed record ImportSummary(
    long TotalRows, long RecordedRows, long RecordedBefore, ulong Transactions, string? Problem)
{
    /// <summary>Whether every row of the file is on the chain.</summary>
    public bool IsComplete => Problem is null && RecordedRows == TotalRows;
}
