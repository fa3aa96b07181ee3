using System.Diagnostics.Metrics;

namespace Ledger.Client.Outbox;

/// <summary>An outbox's instruments, of the meter <see cref="MeterName"/>. Safe for concurrent use.</summary>
internal sealed class OutboxMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Ledger.Client.Outbox";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _recorded;
    private readonly Counter<long> _deadLetters;
    private readonly Histogram<double> _lag;

    public OutboxMetrics(Func<OutboxStatus> status)
    {
        _meter.CreateObservableGauge(
            "ledger.outbox.pending", () => status().PendingRecords, "{record}", "Records not known to be on the chain");
        _meter.CreateObservableGauge("ledger.outbox.pending_bytes", () => status().PendingBytes, "By", "Their bytes");
        _meter.CreateObservableGauge(
            "ledger.outbox.oldest_age", () => status().OldestAge.TotalSeconds, "s", "Age of the oldest of them");
        _recorded = _meter.CreateCounter<long>("ledger.outbox.recorded", "{record}", "Records brought onto the chain");
        _deadLetters = _meter.CreateCounter<long>("ledger.outbox.dead_letters", "{record}", "Records refused for good");
        _lag = _meter.CreateHistogram<double>(
            "ledger.outbox.lag", "s", "From enqueuing a transaction's oldest record until it is on the chain");
    }

    public void Recorded(int records, TimeSpan waited)
    {
        _recorded.Add(records);
        _lag.Record(waited.TotalSeconds);
    }

    public void DeadLettered() => _deadLetters.Add(1);

    public void Dispose() => _meter.Dispose();
}
