using System.Diagnostics.Metrics;
using System.Text;
using Ledger.Network;
using Ledger.Node.Api.Callers;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Api.Rest;
using Ledger.Node.Hosting;
using Ledger.Node.Observability;
using Ledger.Node.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ledger.Node.Tests.Observability;

/// <summary>Keeps docs/guide/operator/metrics.md equal to the instruments of a node.</summary>
public sealed class MetricsPageTests
{
    [Fact]
    public async Task The_page_lists_every_instrument_of_a_node()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        var instruments = new SortedDictionary<string, Instrument>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory)) instruments[instrument.Name] = instrument;
            },
        };
        listener.Start();
        _ = new GrpcServerMetrics(factory);
        _ = new RestMetrics(factory);
        _ = new CallerMetrics(factory);
        await using var cluster = new TestCluster(1, factory, observers: 1);
        cluster.Start(0, (identity, options) => new Libp2pNetwork(
            identity, options, NullLogger<Libp2pNetwork>.Instance, factory, TimeProvider.System));
        cluster.StartAudit();
        await cluster.StopAuditAsync();
        await cluster.StopAsync(0);

        Golden.Verify("docs/guide/operator/metrics.md", Page(instruments.Values));
    }

    private static string Page(IEnumerable<Instrument> instruments)
    {
        var page = new StringBuilder(
            """
            # Metrics

            A node serves these at `/metrics` of its `http_listen` address, as Prometheus text. The page is generated: after a
            change of an instrument, run the tests of the node with LEDGER_REWRITE=1.

            | metric | instrument | type | unit | meaning |
            |---|---|---|---|---|

            """);
        foreach (var instrument in instruments)
        {
            var kind = KindOf(instrument);
            var name = PrometheusName.OfMetric(instrument, kind);
            var type = kind.ToString().ToLowerInvariant();
            page.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"| `{name}` | `{instrument.Name}` | {type} | {instrument.Unit} | {instrument.Description} |\n");
        }

        return page.ToString();
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        if (type.StartsWith("Histogram", StringComparison.Ordinal)) return MetricKind.Histogram;
        return type.StartsWith("Counter", StringComparison.Ordinal)
            || type.StartsWith("ObservableCounter", StringComparison.Ordinal)
            ? MetricKind.Counter
            : MetricKind.Gauge;
    }
}
