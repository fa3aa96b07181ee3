using System.Diagnostics.Metrics;
using Ledger.Node.Api.Rest.Streams;

namespace Ledger.Node.Api.Rest;

/// <summary>What every REST endpoint uses. Safe for concurrent use.</summary>
internal sealed class RestServices(
    ILoggerFactory loggers, IMeterFactory meters, IHostApplicationLifetime lifetime, TimeProvider time)
{
    public ILogger Logger { get; } = loggers.CreateLogger("Ledger.Node.Api.Rest");

    public TimeProvider Time { get; } = time;

    public CancellationToken Stopping { get; } = lifetime.ApplicationStopping;

    public RestMetrics Metrics { get; } = new(meters);

    public EventStreams Streams { get; } = new(loggers.CreateLogger("Ledger.Node.Api.Rest"), time);
}
