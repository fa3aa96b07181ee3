using System.Diagnostics.Metrics;
using Ledger.Core.Contracts;
using Ledger.Core.Transactions;

namespace Ledger.Node.Observability;

/// <summary>Instruments of the node's pipeline. Safe for concurrent use.</summary>
internal sealed class NodeMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Ledger.Node";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5],
    };

    private readonly Counter<long> _refused;
    private readonly Counter<long> _transactions;
    private readonly Counter<long> _records;
    private readonly Counter<long> _blocks;
    private readonly Histogram<double> _execution;
    private readonly Histogram<double> _voteSync;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _faults;
    private readonly Counter<long> _contractCalls;
    private readonly Counter<long> _contractGas;
    private readonly Counter<long> _contractQueries;
    private readonly Counter<long> _syncReceived;
    private readonly Counter<long> _syncRefused;

    public NodeMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        Meter = meter;
        _refused = meter.CreateCounter<long>(
            "ledger.admission.refused", "{transaction}", "Transactions refused at admission, by reason");
        _transactions = meter.CreateCounter<long>("ledger.block.transactions", "{transaction}", "Transactions executed");
        _records = meter.CreateCounter<long>("ledger.block.records", "{record}", "Evidence records anchored");
        _blocks = meter.CreateCounter<long>("ledger.block.executed", "{block}", "Blocks executed and made durable");
        _execution = meter.CreateHistogram(
            "ledger.block.execution.duration", "s", "Time to execute a block and make it durable", advice: Seconds);
        _voteSync = meter.CreateHistogram(
            "ledger.consensus.vote_sync.duration", "s", "Time to make votes durable before they are sent", advice: Seconds);
        _faults = meter.CreateCounter<long>(
            "ledger.accountability.faults", "{fault}",
            "Faults of validators that were found, by kind and whether they are proven");
        _dropped = meter.CreateCounter<long>(
            "ledger.consensus.dropped", "{message}", "Consensus messages dropped, by reason");
        _contractCalls = meter.CreateCounter<long>(
            "ledger.contract.calls", "{call}", "Contract transactions and scheduled calls executed, by how they ended");
        _contractGas = meter.CreateCounter<long>("ledger.contract.gas", "{gas}", "Gas that they used");
        _contractQueries = meter.CreateCounter<long>(
            "ledger.contract.queries", "{query}", "Queries of contracts, by how they ended");
        _syncReceived = meter.CreateCounter<long>("ledger.sync.received", "By", "Answers received while catching up");
        _syncRefused = meter.CreateCounter<long>(
            "ledger.sync.refused", "{answer}", "Wrong answers of peers while catching up, by reason");
    }

    /// <summary>For gauges over state that others own.</summary>
    public Meter Meter { get; }

    public void Refused(Refusal refusal) =>
        _refused.Add(1, new KeyValuePair<string, object?>("ledger.reason", refusal.WireName()));

    public void Executed(int transactions, long records, TimeSpan duration)
    {
        _blocks.Add(1);
        _transactions.Add(transactions);
        _records.Add(records);
        _execution.Record(duration.TotalSeconds);
    }

    public void ContractExecuted(ContractStatus status, ulong gas)
    {
        _contractCalls.Add(1, Ended(status.ToString()));
        _contractGas.Add((long)gas);
    }

    /// <summary>A query ended; <paramref name="how"/> is a status, or why it was not run.</summary>
    public void ContractQueried(string how) => _contractQueries.Add(1, Ended(how));

    public void VotesSynced(TimeSpan duration) => _voteSync.Record(duration.TotalSeconds);

    public void SyncReceived(long bytes) => _syncReceived.Add(bytes);

    public void SyncRefused(string reason) =>
        _syncRefused.Add(1, new KeyValuePair<string, object?>("ledger.reason", reason));

    public void FaultFound(string kind, bool proven) => _faults.Add(
        1,
        new KeyValuePair<string, object?>("ledger.fault", kind),
        new KeyValuePair<string, object?>("ledger.proven", proven));

    private static KeyValuePair<string, object?> Ended(string how) => new("ledger.status", how);

    public void Dropped(string reason) => _dropped.Add(1, new KeyValuePair<string, object?>("ledger.reason", reason));
}
