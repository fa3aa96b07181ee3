using Ledger.Simulation.Disk;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;
using Ledger.Storage.Schema;
using Ledger.Storage.Votes;

namespace Ledger.Simulation.Variants;

/// <summary>What is found on the disk at the start is not synced before it is acted upon (seeds 1609, 1735).</summary>
internal sealed class FoundNotSynced : BrokenVariant
{
    public override string Name => "found-not-synced";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan) with { LosesPower = true };

    public override void Start(SimNode node)
    {
        node.Votes.SkippedSyncs = 1;
        node.Chain.SkippedSyncs = 1;
    }
}

/// <summary>The newest certificate does not lie beside the votes (seeds 2987, 3220, 3752).</summary>
internal sealed class CertificateNotKept : BrokenVariant
{
    public override string Name => "certificate-not-kept";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan) with
    {
        LosesPower = true,
        Window = 5,
        PromisedWindow = 5,
        MaxBlockTransactions = 1,
    };

    public override void Prepare(SimNode node)
    {
        var marks = VoteLog.Families.Keys.Order(StringComparer.Ordinal).ToList().IndexOf(VoteLog.MarkFamily);
        node.Votes.Rewrites = (_, after) => SimTree.Find(after, new SimKey(marks, VoteLog.MetaKey)) is null
            ? after
            : SimTree.Delete(after, new SimKey(marks, VoteLog.MetaKey), SimDatabase.NextBatch());
    }
}

/// <summary>The stored validators carry no checksum: one that fits is made for whatever is there (seed 2235).</summary>
internal sealed class UnsealedValidators : BrokenVariant
{
    public override string Name => "unsealed-validators";

    public override byte[] Rotten(byte[] key, byte[] value) => Sealed.Seal(key, value.AsSpan(0, value.Length - 8));
}
