using Ledger.Core.Blocks;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;
using Ledger.Node.Execution;
using Ledger.Simulation.Disk;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;
using Ledger.Storage.Schema;
using Ledger.Storage.Verify;

namespace Ledger.Simulation.Checks;

/// <summary>
/// What must hold at the end of a run: every honest disk passes <c>ledger db verify</c>, receipts hold, and memory is
/// within bounds.
/// </summary>
internal static class FinalChecks
{
    public static void Run(SimWorld world)
    {
        foreach (var node in world.Honest)
        {
            if (node.Life is not { } life) continue;
            MemoryAudit.Check(world, node, life);
            CheckReceipts(world, node, life);
        }

        // The fsck reads all there is; one disk a run is enough over many runs.
        var honest = world.Honest.Where(n => n.Life is not null).ToList();
        if (honest.Count > 0) CheckDisk(world, honest[(int)(world.Plan.Seed % (ulong)honest.Count)]);
    }

    private static void CheckDisk(SimWorld world, SimNode node)
    {
        var chain = new SimDatabase(node.Chain, LedgerSchema.Families.Keys);
        var report = DatabaseVerifier.Verify(chain, world.Variant.GenesisOf(node, world.Genesis));
        world.Checks.Require(
            report.Findings.Count == 0, "fsck",
            $"node {node.Index}: {string.Join("; ", report.Findings.Take(5))}");
    }

    private static void CheckReceipts(SimWorld world, SimNode node, NodeLife life)
    {
        var size = life.ChainView.Certified.Header.LogSize;
        if (size == 0) return;
        for (var i = 0; i < 2; i++)
        {
            var index = (ulong)node.Random.Below((int)size);
            var receipt = ReceiptOf(world, life, new LogIndex(index));
            var verdict = ReceiptVerifier.Verify(receipt.Encode(), world.Genesis);
            world.Checks.Require(
                verdict.IsValid, "receipts", $"node {node.Index}: the receipt of leaf {index}: {verdict}");
        }
    }

    private static Receipt ReceiptOf(SimWorld world, NodeLife life, LogIndex index)
    {
        var live = life.Store.Live;
        var leaf = live.Evidence.Leaf(index)!;
        var height = leaf.Place.Height;
        while (live.Blocks.Certificate(height) is null) height = height.Next;
        var certified = live.Blocks.CertifiedHeader(height)!;
        var header = live.Blocks.Header(height)!.Header;
        return new Receipt
        {
            LeafBytes = leaf.Encoded,
            Index = index,
            Path = LogProofs.Inclusion(world.Chain.Suite.Hash, index.Value, header.LogSize, live.Log),
            HeaderBytes = certified.HeaderBytes,
            CertificateBytes = certified.Certificate.Encode(),
            EpochChanges = new EpochEnds(life.Store).Before(header.Epoch),
        };
    }
}
