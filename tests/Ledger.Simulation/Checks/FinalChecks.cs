using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
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

        foreach (var node in world.Nodes.Where(n => n.Life?.Store.Base is not null)) EvidenceCheck.Holds(world, node);
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
            CheckSignedByTheOld(world, receipt);
        }
    }

    // What the validators of the epoch before sign together is worth nothing, if one of them is none any more.
    private static void CheckSignedByTheOld(SimWorld world, Receipt receipt)
    {
        if (!BlockHeader.TryDecode(receipt.HeaderBytes.Span, out var header, out _) || header.Epoch.Value == 0) return;
        var present = world.Governance.SetOf(header.Epoch)!;
        var before = world.Governance.SetOf(new Epoch(header.Epoch.Value - 1))!;
        // Whoever changed first, so that one of them signs.
        var signers = Enumerable.Range(0, Math.Min(present.Count, before.Count)).Select(i => new ValidatorIndex(i))
            .OrderBy(i => present[i].Key.Id == before[i].Key.Id).ThenBy(i => i.Value)
            .Take(present.Quorum.Quorum).ToList();
        if (signers.Count < present.Quorum.Quorum || present[signers[0]].Key.Id == before[signers[0]].Key.Id) return;
        var hash = BlockHeader.HashOf(receipt.HeaderBytes.Span, world.Chain.Suite.Hash);
        var signatures = signers.ToDictionary(
            i => i,
            i => world.Keys.SignerOf(before[i]).Sign(DomainTag.Checkpoint, QuorumCertificate.SignedBytes(hash)));
        var certificate = QuorumCertificate.Create(hash, present.Count, signatures);
        var forged = receipt with { CertificateBytes = certificate.Encode() };
        world.Checks.Require(
            !ReceiptVerifier.Verify(forged.Encode(), world.Genesis).IsValid, "membership",
            $"validators of epoch {before.Epoch} certify block {header.Height} of epoch {header.Epoch}");
    }

    private static Receipt ReceiptOf(SimWorld world, NodeLife life, LogIndex index)
    {
        var live = life.Store.Live;
        var leaf = live.Evidence.Leaf(index)!;
        var height = leaf.Place!.Value.Height;
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
