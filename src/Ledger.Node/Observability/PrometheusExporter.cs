using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Numerics;
using Microsoft.Extensions.Options;

namespace Ledger.Node.Observability;

/// <summary>Listens to the process's instruments and renders them in the Prometheus text format.</summary>
/// <remarks>
/// Safe for concurrent use; recording takes no lock. Only meters of this host's own factory and meters without one are
/// heard, so that several hosts in one process do not see each other. Bound: <see
/// cref="PrometheusOptions.MaxMetrics"/>.
/// </remarks>
public sealed class PrometheusExporter : IDisposable
{
    // Seconds, from half a millisecond to ten: for histograms whose instruments give no advice.
    private static readonly double[] DefaultBounds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _scraping = new();
    private readonly PrometheusOptions _options;
    private readonly IMeterFactory _factory;
    private readonly ILogger<PrometheusExporter> _logger;
    private long _scrape;

    /// <summary>Starts listening.</summary>
    public PrometheusExporter(
        IOptions<PrometheusOptions> options, IMeterFactory factory, ILogger<PrometheusExporter> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _factory = factory;
        _logger = logger;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (FamilyOf(instrument) is { } family) listener.EnableMeasurementEvents(instrument, family);
        };
        Listen<byte>();
        Listen<short>();
        Listen<int>();
        Listen<long>();
        Listen<float>();
        Listen<double>();
        Listen<decimal>();
        _listener.Start();
    }

    /// <summary>Renders every metric that has a value, in order of names.</summary>
    public string Scrape()
    {
        lock (_scraping)
        {
            var scrape = Interlocked.Increment(ref _scrape);
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException e)
            {
                // One instrument's callback failed; the others have reported, and an operator needs them now.
                ObservabilityLog.CallbackFailed(_logger, e);
            }

            var text = new PrometheusText();
            foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                family.RemoveOlderThan(scrape);
                text.Append(family);
            }

            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Listen<T>()
        where T : struct, INumberBase<T> =>
        _listener.SetMeasurementEventCallback<T>((_, value, tags, state) =>
            ((MetricFamily)state!).Record(double.CreateSaturating(value), tags, Volatile.Read(ref _scrape)));

    // Null for instruments that are not exported: another host's, not asked for, too many, or at odds with one of the
    // same name. Two instruments that agree share a metric.
    private MetricFamily? FamilyOf(Instrument instrument)
    {
        var meter = instrument.Meter;
        if (meter.Scope is IMeterFactory factory && !ReferenceEquals(factory, _factory)) return null;
        if (!_options.Meters.Any(m => meter.Name.StartsWith(m, StringComparison.Ordinal))) return null;
        if (KindOf(instrument) is not { } shape) return null;
        var name = PrometheusName.OfMetric(instrument, shape.Kind);
        if (_families.Count >= _options.MaxMetrics && !_families.ContainsKey(name)) return null;
        var bounds = shape.Kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
        var family = _families.GetOrAdd(name, key => new MetricFamily(
            key,
            instrument.Description ?? instrument.Name,
            shape.Kind,
            shape.Reporting,
            bounds,
            _options.MaxSeriesPerMetric));
        return family.Kind == shape.Kind && family.Reporting == shape.Reporting && family.Bounds.SequenceEqual(bounds)
            ? family
            : null;
    }

    private static (MetricKind Kind, MetricReporting Reporting)? KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        if (!type.IsGenericType) return null;
        var open = type.GetGenericTypeDefinition();
        if (open == typeof(Counter<>)) return (MetricKind.Counter, MetricReporting.Delta);
        if (open == typeof(UpDownCounter<>)) return (MetricKind.Gauge, MetricReporting.Delta);
        if (open == typeof(Histogram<>)) return (MetricKind.Histogram, MetricReporting.Delta);
        if (open == typeof(Gauge<>)) return (MetricKind.Gauge, MetricReporting.Absolute);
        if (open == typeof(ObservableCounter<>)) return (MetricKind.Counter, MetricReporting.Observed);
        return open == typeof(ObservableGauge<>) || open == typeof(ObservableUpDownCounter<>)
            ? (MetricKind.Gauge, MetricReporting.Observed)
            : null;
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => BoundsOf(histogram),
        Histogram<float> histogram => BoundsOf(histogram),
        Histogram<long> histogram => BoundsOf(histogram),
        Histogram<int> histogram => BoundsOf(histogram),
        _ => DefaultBounds,
    };

    private static double[] BoundsOf<T>(Histogram<T> histogram)
        where T : struct, INumberBase<T> =>
        histogram.Advice?.HistogramBucketBoundaries is { Count: > 0 } bounds
            ? [.. bounds.Select(double.CreateSaturating)]
            : DefaultBounds;
}
