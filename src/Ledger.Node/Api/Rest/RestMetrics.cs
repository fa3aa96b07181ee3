using System.Diagnostics.Metrics;

namespace Ledger.Node.Api.Rest;

/// <summary>Counts and times the REST calls that a node serves.</summary>
/// <remarks>Safe for concurrent use. The tags are bounded: operations times HTTP statuses.</remarks>
internal sealed class RestMetrics
{
    // From half a millisecond (an answer from memory) to a minute (a submission that waits for its certificate).
    private static readonly double[] Bounds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

    private readonly Histogram<double> _duration;

    public RestMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Ledger.Api");
        _duration = meter.CreateHistogram(
            "ledger.api.rest.duration",
            "s",
            "Time from the arrival of a REST call to the end of its answer.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
    }

    public void Ended(string operation, int status, TimeSpan duration) => _duration.Record(
        duration.TotalSeconds,
        new KeyValuePair<string, object?>("ledger.operation", operation),
        new KeyValuePair<string, object?>("ledger.status", status));
}
