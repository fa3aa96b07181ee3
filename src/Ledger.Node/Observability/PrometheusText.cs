using System.Globalization;
using System.Text;

namespace Ledger.Node.Observability;

/// <summary>Writes metrics in the Prometheus text exposition format 0.0.4.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new(16 * 1024);

    public void Append(MetricFamily family)
    {
        var first = true;
        foreach (var series in family.Series.OrderBy(s => s.Labels, StringComparer.Ordinal))
        {
            if (first) AppendHead(family);
            first = false;
            if (family.Kind == MetricKind.Histogram) AppendHistogram(family, series);
            else AppendSample(family.Name, "", series.Labels, null, series.Value);
        }
    }

    public override string ToString() => _text.ToString();

    private void AppendHead(MetricFamily family)
    {
        var help = family.Help
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        var type = family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        };
        _text.Append("# HELP ").Append(family.Name).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(family.Name).Append(' ').Append(type).Append('\n');
    }

    // _count is the sum of the buckets as they were read, so that it equals the +Inf bucket while others record.
    private void AppendHistogram(MetricFamily family, MetricSeries series)
    {
        var count = 0L;
        for (var i = 0; i < family.Bounds.Length; i++)
        {
            count += series.Bucket(i);
            AppendSample(family.Name, "_bucket", series.Labels, Number(family.Bounds[i]), count);
        }

        count += series.Bucket(family.Bounds.Length);
        AppendSample(family.Name, "_bucket", series.Labels, "+Inf", count);
        AppendSample(family.Name, "_sum", series.Labels, null, series.Value);
        AppendSample(family.Name, "_count", series.Labels, null, count);
    }

    private void AppendSample(string name, string suffix, string labels, string? le, double value)
    {
        _text.Append(name).Append(suffix);
        if (labels.Length > 0 || le is not null)
        {
            _text.Append('{').Append(labels);
            if (le is not null) _text.Append(labels.Length > 0 ? "," : "").Append("le=\"").Append(le).Append('"');
            _text.Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
