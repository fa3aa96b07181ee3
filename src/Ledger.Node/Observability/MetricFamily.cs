using System.Collections.Concurrent;

namespace Ledger.Node.Observability;

/// <summary>The types of metric that the text format knows and we use.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>How an instrument reports: changes, or the value itself.</summary>
internal enum MetricReporting
{
    /// <summary>Each measurement is added.</summary>
    Delta,

    /// <summary>Each measurement replaces the value.</summary>
    Absolute,

    /// <summary>The value is asked for at each scrape; label sets that are not reported then are gone.</summary>
    Observed,
}

/// <summary>One metric: what it is, and its series by their labels.</summary>
/// <remarks>
/// Safe for concurrent use. Bound: <paramref name="maxSeries"/> series and the one that takes the overflow.
/// </remarks>
internal sealed class MetricFamily(
    string name, string help, MetricKind kind, MetricReporting reporting, double[] bounds, int maxSeries)
{
    private const string Overflow = "otel_metric_overflow=\"true\"";

    private readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);

    // Series by their tags as callers write them: the fast way to those known. Bound: twice maxSeries.
    private readonly ConcurrentDictionary<string, MetricSeries> _known = new(StringComparer.Ordinal);
    private int _count;
    private int _knownCount;
    private MetricSeries? _unlabelled;

    public string Name { get; } = name;

    public string Help { get; } = help;

    public MetricKind Kind { get; } = kind;

    public MetricReporting Reporting { get; } = reporting;

    /// <summary>The upper bounds of a histogram's buckets, ascending; empty for other kinds.</summary>
    public double[] Bounds { get; } = bounds;

    public IEnumerable<MetricSeries> Series => _series.Values;

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, long scrape)
    {
        var series = Find(tags);
        switch (Reporting)
        {
            case MetricReporting.Delta when Kind == MetricKind.Histogram:
                series.Observe(value, BucketOf(value));
                break;
            case MetricReporting.Delta:
                series.Add(value);
                break;
            default:
                series.Set(value, scrape);
                break;
        }
    }

    /// <summary>
    /// Forgets observed series that the scrape did not report. Called while nothing else records them.
    /// </summary>
    public void RemoveOlderThan(long scrape)
    {
        if (Reporting != MetricReporting.Observed) return;
        foreach (var (labels, series) in _series)
        {
            if (series.LastScrape >= scrape || !_series.TryRemove(labels, out _)) continue;
            Interlocked.Decrement(ref _count);
            _known.Clear();
            Volatile.Write(ref _knownCount, 0);
            Volatile.Write(ref _unlabelled, null);
        }
    }

    // Bounds are inclusive ("le"); NaN compares with nothing and lands in the last bucket.
    private int BucketOf(double value)
    {
        for (var i = 0; i < Bounds.Length; i++)
        {
            if (value <= Bounds[i]) return i;
        }

        return Bounds.Length;
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            if (Volatile.Read(ref _unlabelled) is { } known) return known;
            var unlabelled = GetOrAdd("");
            Volatile.Write(ref _unlabelled, unlabelled);
            return unlabelled;
        }

        Span<char> key = stackalloc char[MetricLabels.MaxKeyLength];
        if (!MetricLabels.TryWriteKey(tags, key, out var length)) return FindByLabels(tags);
        key = key[..length];
        if (_known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var series)) return series;
        series = FindByLabels(tags);
        if (Volatile.Read(ref _knownCount) < 2 * maxSeries && _known.TryAdd(key.ToString(), series))
            Interlocked.Increment(ref _knownCount);
        return series;
    }

    private MetricSeries FindByLabels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = MetricLabels.Format(tags);
        if (_series.TryGetValue(labels, out var series)) return series;
        return Volatile.Read(ref _count) < maxSeries ? GetOrAdd(labels) : GetOrAdd(Overflow);
    }

    private MetricSeries GetOrAdd(string labels)
    {
        if (_series.TryGetValue(labels, out var series)) return series;
        var added = new MetricSeries(labels, Kind == MetricKind.Histogram ? Bounds.Length : -1);
        series = _series.GetOrAdd(labels, added);
        if (ReferenceEquals(series, added)) Interlocked.Increment(ref _count);
        return series;
    }
}
