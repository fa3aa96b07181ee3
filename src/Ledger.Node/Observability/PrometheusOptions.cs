using System.ComponentModel.DataAnnotations;

namespace Ledger.Node.Observability;

/// <summary>What the Prometheus endpoint shows, and how much of it.</summary>
public sealed class PrometheusOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Ledger:Metrics";

    /// <summary>
    /// Meters whose names start with one of these are exported. Defaults to the ledger's own and the framework's that
    /// an operator needs to explain them; configured ones are added.
    /// </summary>
    public IList<string> Meters { get; } =
        ["Ledger.", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>
    /// The most label sets of one metric. Further ones are summed in a series labelled
    /// <c>otel_metric_overflow="true"</c>. Defaults to 2,000, as in OpenTelemetry: beyond it a label holds something
    /// it must not, such as an id.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxSeriesPerMetric { get; set; } = 2000;

    /// <summary>
    /// The most metrics; further instruments are not exported. Defaults to 1,000, several times what the node has.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxMetrics { get; set; } = 1000;
}
