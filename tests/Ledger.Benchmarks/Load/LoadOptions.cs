namespace Ledger.Benchmarks.Load;

/// <summary>One phase of load.</summary>
internal sealed record LoadOptions
{
    /// <summary>What it is called in the report; a key of the JSON file.</summary>
    public required string Name { get; init; }

    /// <summary>Records in a request.</summary>
    public int RecordsPerRequest { get; init; } = 1;

    /// <summary>Requests in flight at most; each has a worker of its own.</summary>
    public int InFlight { get; init; } = 256;

    /// <summary>Requests a second; 0 for as many as go through.</summary>
    public double Rate { get; init; }

    /// <summary>How long to measure.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How long to run before measuring.</summary>
    public required TimeSpan WarmUp { get; init; }
}

/// <summary>What a phase measured.</summary>
/// <param name="Name">The phase.</param>
/// <param name="RecordsPerRequest">Records in a request.</param>
/// <param name="InFlight">Requests in flight at most.</param>
/// <param name="Rate">The rate that was asked for; 0 when as many as go through.</param>
/// <param name="Seconds">How long was measured.</param>
/// <param name="Requests">Requests that were answered while it was measured.</param>
/// <param name="P50Milliseconds">Median latency, counted from when a request was due.</param>
/// <param name="P99Milliseconds">99th percentile of it.</param>
/// <param name="MaxMilliseconds">The longest.</param>
/// <param name="LagP99Milliseconds">
/// 99th percentile of how late a request was started: part of the latencies above. Large where the generator itself, or the
/// bound on requests in flight, held load back.
/// </param>
/// <param name="GeneratorCpuSeconds">Processor time of this process while it was measured.</param>
/// <param name="ServerCpuSeconds">Processor time of the servers while it was measured.</param>
/// <param name="Failures">Requests that came to nothing, warm-up included.</param>
/// <param name="FirstFailure">Why the first of them did.</param>
internal sealed record LoadResult(
    string Name,
    int RecordsPerRequest,
    int InFlight,
    double Rate,
    double Seconds,
    long Requests,
    double P50Milliseconds,
    double P99Milliseconds,
    double MaxMilliseconds,
    double LagP99Milliseconds,
    double GeneratorCpuSeconds,
    double ServerCpuSeconds,
    long Failures,
    string? FirstFailure)
{
    public double RequestsPerSecond => Requests / Seconds;

    public double RecordsPerSecond => RequestsPerSecond * RecordsPerRequest;
}
