using System.Diagnostics.Metrics;
using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Grpc;

/// <summary>Counts and times the gRPC calls that a node serves.</summary>
/// <remarks>Safe for concurrent use. The tags are bounded: mapped methods times status codes.</remarks>
internal sealed class GrpcServerMetrics
{
    private static readonly object[] Codes = [.. Enum.GetValues<GrpcStatusCode>().Select(c => c.ToString())];

    // From half a millisecond (an answer from memory) to ten seconds (a submission that waits for its certificate).
    private static readonly double[] Bounds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Histogram<double> _duration;

    public GrpcServerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Ledger.Api");
        _duration = meter.CreateHistogram(
            "ledger.api.grpc.duration",
            "s",
            "Time from the arrival of a gRPC call to its status.",
            tags: null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = Bounds,
            });
    }

    public void Ended(string path, GrpcStatusCode code, TimeSpan duration) => _duration.Record(
        duration.TotalSeconds,
        new KeyValuePair<string, object?>("ledger.method", path),
        new KeyValuePair<string, object?>("ledger.code", Codes[(int)code]));
}
