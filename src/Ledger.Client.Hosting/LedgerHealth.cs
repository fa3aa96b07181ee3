using System.Globalization;
using Ledger.Client.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ledger.Client.Hosting;

/// <summary>How a host's connection to the ledger is doing.</summary>
public enum LedgerHealthState
{
    /// <summary>Nodes answer, and the outbox, if there is one, keeps up.</summary>
    Healthy = 0,

    /// <summary>Records are taken and will be anchored, but later than usual.</summary>
    Degraded,

    /// <summary>Records are not taken, or not delivered until somebody acts.</summary>
    Unhealthy,
}

/// <summary>What a health check found. Immutable.</summary>
/// <param name="State">The verdict.</param>
/// <param name="Description">The same as a sentence.</param>
/// <param name="Outbox">The outbox's figures; null without one.</param>
public sealed record LedgerHealthReport(LedgerHealthState State, string Description, OutboxStatus? Outbox);

/// <summary>
/// Checks the host's client and outbox. docs/guide/developer/outbox.md shows the three lines that make an ASP.NET Core health
/// check of it.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class LedgerHealth(LedgerClient client, IServiceProvider services)
{
    /// <summary>Asks a node how it is, and the outbox how far it lags behind.</summary>
    public async Task<LedgerHealthReport> CheckAsync(CancellationToken cancellation = default)
    {
        var service = services.GetService<OutboxService>();
        var outbox = service is null ? null : services.GetRequiredService<LedgerOutbox>().Status;
        if (service?.Fault is { } fault)
            return new LedgerHealthReport(LedgerHealthState.Unhealthy, "the outbox ended: " + fault.Message, outbox);
        if (outbox is not null && Lag(outbox) is { } lag)
            return new LedgerHealthReport(LedgerHealthState.Degraded, lag, outbox);
        try
        {
            var status = await client.GetStatusAsync(cancellation);
            return new LedgerHealthReport(
                LedgerHealthState.Healthy,
                string.Create(CultureInfo.InvariantCulture, $"a node answers, at block {status.CertifiedHeight}"),
                outbox);
        }
        catch (Exception e) when (e is LedgerUnavailableException or LedgerRefusedException)
        {
            // With an outbox the application goes on; without one it cannot anchor.
            var state = outbox is null ? LedgerHealthState.Unhealthy : LedgerHealthState.Degraded;
            return new LedgerHealthReport(state, e.Message, outbox);
        }
    }

    private string? Lag(OutboxStatus status)
    {
        var most = services.GetRequiredService<IOptions<LedgerOutboxSettings>>().Value.DegradedAfter;
        if (status.OldestAge <= most) return null;
        var lag = string.Create(
            CultureInfo.InvariantCulture,
            $"{status.PendingRecords} records wait, the oldest for {status.OldestAge.TotalSeconds:0} s");
        return status.Problem is { } problem ? $"{lag}: {problem}" : lag;
    }
}
