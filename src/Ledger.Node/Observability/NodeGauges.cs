using System.Diagnostics.Metrics;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Mempool;
using Ledger.Storage;

namespace Ledger.Node.Observability;

/// <summary>Gauges over state that the stages own; read when metrics are scraped.</summary>
internal static class NodeGauges
{
    public static void Add(
        Meter meter, ConsensusDriver driver, ChainView chain, TransactionPool pool, LedgerStore store)
    {
        meter.CreateObservableGauge(
            "ledger.consensus.view", () => (long)driver.Status.View, "{view}", "The view that this replica is in");
        meter.CreateObservableGauge(
            "ledger.consensus.epoch", () => (long)driver.Status.Epoch.Value, "{epoch}",
            "The epoch that this node is in");
        ChainGauges.Add(meter, chain, store);
        meter.CreateObservableGauge(
            "ledger.pool.transactions", () => (long)pool.Count, "{transaction}", "Transactions held and not yet executed");
    }
}

/// <summary>Gauges over the chain, which nodes of every role have.</summary>
internal static class ChainGauges
{
    public static void Add(Meter meter, ChainView chain, LedgerStore store)
    {
        meter.CreateObservableGauge(
            "ledger.block.height", () => (long)chain.Executed.Value, "{block}", "Height of the newest executed block");
        meter.CreateObservableGauge(
            "ledger.block.certified_height", () => (long)chain.Certified.Header.Height.Value, "{block}",
            "Height of the newest certified block");
        meter.CreateObservableGauge(
            "ledger.log.size", () => (long)chain.Certified.Header.LogSize, "{record}",
            "Evidence records in the certified log");
        meter.CreateObservableCounter(
            "ledger.storage.synced_writes", () => store.SyncedWrites, "{write}", "Block writes that waited for the disk");
    }
}
