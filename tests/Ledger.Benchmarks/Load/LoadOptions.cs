namespace Ledger.Benchmarks.Load;

/// <summary>What the load generator does.</summary>
internal sealed record LoadOptions
{
    /// <summary>Folder of a consortium that <c>ledger init</c> made and <c>ledger up</c> runs.</summary>
    public required string Consortium { get; init; }

    /// <summary>Records in a transaction.</summary>
    public int RecordsPerTransaction { get; init; } = 1;

    /// <summary>Transactions in flight.</summary>
    public int InFlight { get; init; } = 256;

    /// <summary>Transactions a second at most; 0 for as many as go through.</summary>
    public int Rate { get; init; }

    /// <summary>How long to measure.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to run before measuring.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>What was measured. Latency is from before signing to the certified outcome.</summary>
internal sealed record LoadResult(
    long Transactions,
    long Records,
    double Seconds,
    double P50Milliseconds,
    double P99Milliseconds,
    long Failures)
{
    public double TransactionsPerSecond => Transactions / Seconds;

    public double RecordsPerSecond => Records / Seconds;

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{TransactionsPerSecond,9:N0} tx/s {RecordsPerSecond,9:N0} records/s   p50 {P50Milliseconds,7:N1} ms   " +
        $"p99 {P99Milliseconds,7:N1} ms   failures {Failures}");
}
