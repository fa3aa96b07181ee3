using Ledger.Core.Blocks;
using Ledger.Simulation.Disk;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;
using Ledger.Storage;
using Ledger.Storage.Evidence;
using Ledger.Storage.Schema;
using Ledger.Storage.Verify;

namespace Ledger.Simulation.Checks;

/// <summary>
/// Whether a node that joined from a snapshot answers every question about evidence as a node does that executed every block.
/// </summary>
internal static class EvidenceCheck
{
    /// <summary>False while the node does not run; what differs is a failure.</summary>
    public static bool Holds(SimWorld world, SimNode node)
    {
        if (node.Life is not { Store.Base: not null } life) return false;
        var whole = world.Honest.First(n => n.Life is { Store.Base: null }).Life!.Store;
        var size = Math.Min(whole.Watermark!.LogSize, life.Store.Watermark!.LogSize);
        for (var index = 0UL; index < size; index++)
        {
            var expected = whole.Live.Evidence.Leaf(new LogIndex(index))!;
            var found = life.Store.Live.Evidence.Leaf(new LogIndex(index));
            world.Checks.Require(
                found?.Hash == expected.Hash, "evidence", $"node {node.Index} has another leaf {index}");
            world.Checks.Require(
                life.Store.Live.Evidence.IndexOf(expected.Leaf.Id)?.Value == index, "evidence",
                $"node {node.Index} does not find leaf {index} by its id");
            world.Checks.Require(
                Alike(whole, life.Store, new EvidenceFilter { Subject = expected.Record.Subject }, size), "evidence",
                $"node {node.Index} has another timeline of {expected.Record.Subject}");
            foreach (var digest in expected.Record.Digests)
            {
                world.Checks.Require(
                    Alike(whole, life.Store, new EvidenceFilter { Digest = digest.Value }, size), "evidence",
                    $"node {node.Index} finds others by digest {Convert.ToHexStringLower(digest.Value.Span)}");
            }
        }

        var disk = new SimDatabase(node.Chain, LedgerSchema.Families.Keys);
        var findings = DatabaseVerifier.Verify(disk, world.Genesis).Findings;
        world.Checks.Require(
            findings.Count == 0, "fsck", $"node {node.Index}: {string.Join("; ", findings.Take(5))}");
        return true;
    }

    private static bool Alike(LedgerStore whole, LedgerStore joined, EvidenceFilter filter, ulong size)
    {
        var range = new LeafRange { To = size, Limit = LeafRange.MaxLimit };
        return whole.Live.Evidence.Query(filter, range).Leaves.Select(l => l.Hash)
            .SequenceEqual(joined.Live.Evidence.Query(filter, range).Leaves.Select(l => l.Hash));
    }
}
