using System.Diagnostics.Metrics;
using Ledger.Client.Transport;
using Ledger.Node.Observability;
using Ledger.Node.Tests.Api;
using Ledger.Testing;
using Ledger.Testing.Probe;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Interop.Tests.Observability;

/// <summary>Prometheus's own linter reads our metrics page.</summary>
public sealed class PromtoolTests
{
    [Fact]
    public async Task Promtool_finds_no_fault_in_the_metrics_page()
    {
        await using var server = await ProbeServer.StartAsync(
            services: s => s.AddLedgerMetrics(), map: app => app.MapMetrics());
        using var channel = new GrpcChannel(server.Address);
        await channel.UnaryAsync(ProbeMethods.Echo, new EchoRequest());
        UseEveryInstrument(server.Services.GetRequiredService<IMeterFactory>());
        using var http = new HttpClient
        {
            DefaultRequestVersion = new Version(2, 0),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await http.GetAsync(new Uri(server.Address, "/metrics"));
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("ledger_api_grpc_duration_seconds_count{", page, StringComparison.Ordinal);
        Assert.Contains("dotnet_", page, StringComparison.Ordinal);
        Assert.Equal("", await Promtool.LintAsync(page));
    }

    private static void UseEveryInstrument(IMeterFactory meters)
    {
        var meter = meters.Create("Ledger.Lint");
        KeyValuePair<string, object?> odd = new("ledger.reason", "a \"quote\", a \\ and a\nline 证据");
        meter.CreateCounter<long>("ledger.lint.done", "{transaction}", "Done\\ things\nof all kinds").Add(1, odd);
        meter.CreateUpDownCounter<int>("ledger.lint.pending.count", "{transaction}", "Pending").Add(1, odd);
        meter.CreateHistogram<double>("ledger.lint.wait", "s", "Waiting").Record(0.2, odd);
        meter.CreateGauge<double>("ledger.lint.ratio", "1", "Ratio").Record(double.NaN);
        meter.CreateObservableGauge("ledger.lint.height", () => 3, "{block}", "Height");
        meter.CreateObservableCounter("ledger.lint.sent", () => 3L, "By", "Sent");
        meter.CreateObservableUpDownCounter("ledger.lint.queue", () => 3L, "By", "Queued");
    }
}
