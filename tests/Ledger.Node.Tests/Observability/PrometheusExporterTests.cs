using System.Diagnostics.Metrics;
using System.Globalization;
using Ledger.Node.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ledger.Node.Tests.Observability;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly PrometheusExporter _exporter;
    private readonly Meter _meter;

    public PrometheusExporterTests()
    {
        _exporter = Create(new PrometheusOptions { MaxSeriesPerMetric = 10, MaxMetrics = 20 });
        _meter = Factory.Create("Ledger.Test");
    }

    private IMeterFactory Factory => _services.GetRequiredService<IMeterFactory>();

    public void Dispose()
    {
        _exporter.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void A_counter_is_named_with_unit_and_total()
    {
        var counter = _meter.CreateCounter<long>("ledger.network.sent", "By", "Bytes sent\\ to\npeers");

        counter.Add(3, Tag("ledger.peer", 1));
        counter.Add(4, Tag("ledger.peer", 1));

        Assert.Equal(
            """
            # HELP ledger_network_sent_bytes_total Bytes sent\\ to\npeers
            # TYPE ledger_network_sent_bytes_total counter
            ledger_network_sent_bytes_total{ledger_peer="1"} 7

            """,
            _exporter.Scrape());
    }

    [Fact]
    public void A_histogram_has_cumulative_inclusive_buckets_sum_and_count()
    {
        var histogram = _meter.CreateHistogram(
            "ledger.wait", "s", "Wait", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });

        foreach (var value in new[] { 0.25, 0.5, 0.75, 2 }) histogram.Record(value, Tag("kind", "a"));

        Assert.Equal(
            """
            # HELP ledger_wait_seconds Wait
            # TYPE ledger_wait_seconds histogram
            ledger_wait_seconds_bucket{kind="a",le="0.5"} 2
            ledger_wait_seconds_bucket{kind="a",le="1"} 3
            ledger_wait_seconds_bucket{kind="a",le="+Inf"} 4
            ledger_wait_seconds_sum{kind="a"} 3.5
            ledger_wait_seconds_count{kind="a"} 4

            """,
            _exporter.Scrape());
    }

    [Fact]
    public void An_up_down_counter_is_a_gauge_of_its_sum()
    {
        var pending = _meter.CreateUpDownCounter<int>("ledger.pending", "{transaction}");

        pending.Add(5);
        pending.Add(-2);

        Assert.Contains(" gauge\nledger_pending 3\n", _exporter.Scrape(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ledger.gc.count", "ledger_gc 1")]
    [InlineData("ledger.all.total", "ledger_all 1")]
    [InlineData("ledger.some.sum", "ledger_some 1")]
    [InlineData("9lives", "_9lives 1")]
    public void A_gauge_takes_no_ending_that_belongs_to_another_type(string name, string expected)
    {
        _meter.CreateGauge<int>(name).Record(1);

        Assert.Contains($"gauge\n{expected}\n", _exporter.Scrape(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("医院", "医院")]
    [InlineData("", "")]
    public void Label_values_are_escaped(string value, string expected)
    {
        _meter.CreateCounter<int>("c").Add(1, Tag("v", value));

        Assert.Contains($"c_total{{v=\"{expected}\"}} 1\n", _exporter.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_tags_makes_no_difference()
    {
        var counter = _meter.CreateCounter<int>("c");

        counter.Add(1, Tag("a", 1), Tag("b", 2));
        counter.Add(1, Tag("b", 2), Tag("a", 1));

        Assert.Contains("c_total{a=\"1\",b=\"2\"} 2\n", _exporter.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_whose_names_become_equal_give_one_label()
    {
        _meter.CreateCounter<int>("c").Add(1, Tag("a.b", 1), Tag("a_b", 2));

        Assert.Contains("c_total{a_b=\"1\"} 1\n", _exporter.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tag_called_le_does_not_collide_with_the_buckets()
    {
        _meter.CreateHistogram<int>("h").Record(1, Tag("le", "x"));

        Assert.Contains("h_count{label_le=\"x\"} 1\n", _exporter.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Label_sets_beyond_the_limit_are_summed_in_one_series()
    {
        var counter = _meter.CreateCounter<int>("c");

        for (var i = 0; i < 1000; i++) counter.Add(1, Tag("id", i));
        var text = _exporter.Scrape();

        Assert.Contains("c_total{otel_metric_overflow=\"true\"} 990\n", text, StringComparison.Ordinal);
        Assert.Equal(11, text.Split('\n').Count(l => l.StartsWith("c_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public void Metrics_beyond_the_limit_are_left_out()
    {
        for (var i = 0; i < 30; i++)
            _meter.CreateCounter<int>("c" + i.ToString(CultureInfo.InvariantCulture)).Add(1);

        var types = _exporter.Scrape().Split('\n').Count(l => l.StartsWith("# TYPE", StringComparison.Ordinal));

        Assert.Equal(20, types);
    }

    [Fact]
    public void An_observed_label_set_that_is_no_longer_reported_disappears()
    {
        var peers = new List<string> { "a", "b" };
        _meter.CreateObservableGauge("up", () => peers.Select(p => new Measurement<int>(1, Tag("peer", p))));
        Assert.Contains("up{peer=\"b\"} 1\n", _exporter.Scrape(), StringComparison.Ordinal);

        peers.Remove("b");
        var text = _exporter.Scrape();

        Assert.Contains("up{peer=\"a\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("up{peer=\"b\"}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_observed_counter_reports_its_value_and_does_not_add_up()
    {
        _meter.CreateObservableCounter("seen", () => 42L);

        _exporter.Scrape();

        Assert.Contains("seen_total 42\n", _exporter.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_instrument_that_fails_does_not_hide_the_others()
    {
        _meter.CreateObservableGauge("bad", int () => throw new InvalidOperationException("broken"));
        _meter.CreateObservableGauge("good", () => 1);

        Assert.Contains("good 1\n", _exporter.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Instruments_that_disagree_about_one_name_do_not_mix()
    {
        var counter = _meter.CreateCounter<int>("x");
        var gauge = _meter.CreateGauge<int>("x.total");
        var same = _meter.CreateGauge<int>("x");

        counter.Add(1);
        gauge.Record(5);
        same.Record(6);
        var text = _exporter.Scrape();

        Assert.Contains("x_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\nx 6\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(1e300, "1E+300")]
    public void Every_double_is_written_as_Prometheus_reads_it(double value, string expected)
    {
        _meter.CreateGauge<double>("g").Record(value);

        Assert.Contains($"g {expected}\n", _exporter.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Meters_of_another_host_and_meters_not_asked_for_are_not_heard()
    {
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create("Ledger.Test").CreateCounter<int>("theirs").Add(1);
        Factory.Create("Unrelated").CreateCounter<int>("unrelated").Add(1);

        Assert.Equal("", _exporter.Scrape());
    }

    [Fact]
    public async Task Concurrent_recording_loses_nothing()
    {
        const int threads = 8, rounds = 20_000;
        var counter = _meter.CreateCounter<long>("c");
        var histogram = _meter.CreateHistogram<double>("h", "s");
        using var start = new Barrier(threads);

        await Task.WhenAll(Enumerable.Range(0, threads).Select(t => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (var i = 0; i < rounds; i++)
                {
                    counter.Add(1, Tag("t", i % 4));
                    histogram.Record(0.5);
                    if (t == 0 && i % 1000 == 0) _exporter.Scrape();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        var text = _exporter.Scrape();

        for (var i = 0; i < 4; i++)
            Assert.Contains($"c_total{{t=\"{i}\"}} {threads * rounds / 4}\n", text, StringComparison.Ordinal);
        Assert.Contains($"h_seconds_count {threads * rounds}\n", text, StringComparison.Ordinal);
        Assert.Contains($"h_seconds_sum {threads * rounds / 2}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Recording_known_tags_allocates_nothing()
    {
        var counter = _meter.CreateCounter<long>("c");
        KeyValuePair<string, object?> tag = new("ledger.reason", "FULL"), other = new("code", 3);
        counter.Add(1, tag, other);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) counter.Add(1, tag, other);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, 0, 1000);
    }

    private static KeyValuePair<string, object?> Tag(string key, object? value) => new(key, value);

    private PrometheusExporter Create(PrometheusOptions options)
    {
        options.Meters.Clear();
        options.Meters.Add("Ledger.");
        return new PrometheusExporter(
            Microsoft.Extensions.Options.Options.Create(options), Factory, NullLogger<PrometheusExporter>.Instance);
    }
}
