using Ledger.Consensus;
using Ledger.Simulation.Disk;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;
using Ledger.Storage.Schema;
using Ledger.Storage.Votes;

namespace Ledger.Simulation.Variants;

/// <summary>Votes are sent and never written.</summary>
internal sealed class SkippedPersist : BrokenVariant
{
    public override string Name => "skipped-persist";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan);

    public override void Prepare(SimNode node) => node.Votes.Rewrites = (before, _) => before;

    // Nor would the chain know how many there should be.
    public override ulong VoteSequence(ulong sequence) => 0;
}

/// <summary>Votes are written and not synced before they are sent.</summary>
internal sealed class SkippedVoteSync : BrokenVariant
{
    public override string Name => "skipped-vote-sync";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan) with { LosesPower = true };

    public override void Prepare(SimNode node) => node.Votes.IgnoresSync = true;

    public override ulong VoteSequence(ulong sequence) => 0;
}

/// <summary>A block is not synced before its checkpoint is signed.</summary>
internal sealed class SkippedBlockSync : BrokenVariant
{
    public override string Name => "skipped-block-sync";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan) with { LosesPower = true };

    public override void Prepare(SimNode node) => node.Chain.IgnoresSync = true;
}

/// <summary>Certificates that a height is prepared are not written before the commit is sent.</summary>
internal sealed class ForgottenCertificates : BrokenVariant
{
    public override string Name => "forgotten-certificates";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan) with { LossPermille = 150 };

    public override void Prepare(SimNode node)
    {
        var order = VoteLog.Families.Keys.Order(StringComparer.Ordinal).ToList();
        var (marks, records) = (order.IndexOf(VoteLog.MarkFamily), order.IndexOf(VoteLog.RecordFamily));
        node.Votes.Rewrites = (_, after) => Forget(after, marks, records);
    }

    // The mark counts the records; a journal that never wrote some would not count them.
    private static SimEntry? Forget(SimEntry? root, int marks, int records)
    {
        var batch = SimDatabase.NextBatch();
        var count = 0UL;
        var at = SimTree.Above(root, new SimKey(records, []), orEqual: true);
        while (at is not null && at.Family == records)
        {
            if (at.Key is [_, _, _, _, _, _, _, _, (byte)VoteRecordKind.Prepared])
                root = SimTree.Delete(root, new SimKey(records, at.Key), batch);
            else
                count++;
            at = SimTree.Above(root, new SimKey(records, at.Key), orEqual: false);
        }

        var key = VoteLog.MarkKey;
        if (SimTree.Find(root, new SimKey(marks, key)) is not { } stored) return root;
        if (!VoteMark.TryDecode(Sealed.Open(key, stored.Value), out var mark)) return root;
        var counted = Sealed.Seal(key, (mark with { Count = count }).Encode());
        return SimTree.Put(root, new SimKey(marks, key), counted, damaged: false, batch);
    }
}

/// <summary>The index of recorded transactions is not written: a replay is not seen.</summary>
internal sealed class ForgottenRecords : BrokenVariant
{
    public override string Name => "forgotten-records";

    public override SimPlan Adapt(SimPlan plan) => Plans.WithCrashes(plan) with { LossPermille = 150 };

    public override void Prepare(SimNode node)
    {
        var index = LedgerSchema.Families.Keys.Order(StringComparer.Ordinal).ToList().IndexOf(LedgerSchema.TransactionIndex);
        node.Chain.Rewrites = (_, after) =>
        {
            var batch = SimDatabase.NextBatch();
            while (SimTree.Above(after, new SimKey(index, []), orEqual: true) is { } entry && entry.Family == index)
                after = SimTree.Delete(after, new SimKey(index, entry.Key), batch);
            return after;
        };
    }
}

/// <summary>Occasions for errors to show.</summary>
internal static class Plans
{
    public static SimPlan WithCrashes(SimPlan plan) => plan with
    {
        Validators = 4,
        Spares = 0,
        Changes = 0,
        RealSignatures = false,
        CrashPermille = 150,
        CrashesInWrites = true,
        Byzantine = [],
        Damaged = [],
        BadClocks = [],
        SlowNode = -1,
        Transactions = 30,
        FaultsEndAtMs = 6000,
    };

    /// <summary>Validators change, often; three machines wait to become some.</summary>
    public static SimPlan WithChanges(SimPlan plan) => plan with { Spares = 3, Changes = 8 };

    public static SimPlan WithLiars(SimPlan plan, Adversary.Traits traits, int liar = 0) => plan with
    {
        Validators = 4,
        Spares = 0,
        Changes = 0,
        RealSignatures = false,
        Byzantine = [liar],
        Traits = traits,
        Damaged = [],
        BadClocks = [],
        SlowNode = -1,
        Transactions = 30,
        FaultsEndAtMs = 6000,
    };
}
