using Ledger.Simulation.Disk;
using Ledger.Simulation.Nodes;

namespace Ledger.Simulation.World;

/// <summary>Brings about, in the course of a run, what its plan allows; and heals it at the end.</summary>
internal sealed class FaultSchedule(SimWorld world)
{
    private const int StepMs = 100;
    private const int OperatorsLookMs = 10_000;

    private bool _ended;

    /// <summary>Validators that came back only with their operators' help.</summary>
    public int Helped { get; private set; }

    public void Begin()
    {
        foreach (var index in world.Plan.Damaged)
        {
            var node = world.Nodes[index];
            world.After(500 + world.Faults.Below((int)world.Plan.FaultsEndAtMs), () => Damage(node));
        }

        if (world.Plan.Wiped >= 0)
        {
            var half = (int)world.Plan.FaultsEndAtMs / 2;
            world.After(half + world.Stream(6).Below(half), () => Wipe(world.Nodes[world.Plan.Wiped]));
        }

        world.After(StepMs, Step);
    }

    /// <summary>Ends all faults but lying, damage and wrong clocks, and starts what is down.</summary>
    public void Heal()
    {
        _ended = true;
        world.Network.IsHealed = true;
        world.Network.Heal();
        foreach (var node in world.Nodes)
        {
            node.Chain.IsFull = false;
            node.Votes.IsFull = false;
            node.Chain.CancelCrash();
            node.Votes.CancelCrash();
            node.Start();
        }

        world.Trace("healed");
        world.After(OperatorsLookMs, HelpIsolated);
    }

    // What operators do about a validator that knows nobody any more: they name the others in its configuration and start
    // it again. Only then: whoever can reach one honest validator finds the way without help.
    private void HelpIsolated()
    {
        var newest = world.Governance.Current.Epoch.Value;
        foreach (var node in world.HonestValidators)
        {
            if (node.Life is not { } life || life.Epoch.Validators.Epoch.Value >= newest) continue;
            var canAsk = world.HonestValidators.Any(
                other => other != node && life.Allows(other.Peer) && other.Life?.Allows(node.Peer) == true);
            if (canAsk) continue;
            Helped++;
            node.KnownPeers = world.Governance.Peers;
            node.Die("its operator names it the present validators", losesPower: false);
        }

        world.After(OperatorsLookMs, HelpIsolated);
    }

    private void Step()
    {
        if (_ended) return;
        var plan = world.Plan;
        var random = world.Faults;
        if (random.Chance(plan.PartitionPermille)) Partition();
        if (random.Chance(plan.CrashPermille)) Crash(world.Nodes[random.Below(plan.Machines)]);
        if (random.Chance(plan.DiskFullPermille)) Fill(world.Nodes[random.Below(plan.Machines)]);
        world.After(StepMs, Step);
    }

    private void Partition()
    {
        var random = world.Faults;
        var size = 1 + random.Below(world.Plan.Machines - 1);
        var group = Enumerable.Range(0, world.Plan.Machines)
            .Where(_ => random.Below(world.Plan.Machines) < size).ToList();
        var direction = world.Plan.OneWayPartitions ? random.Below(3) : 0;
        world.Network.Partition(group, outward: direction != 1, inward: direction != 2);
        world.Trace($"partition {{{string.Join(',', group)}}} direction {direction}");
        world.After(200 + random.Below(2500), () =>
        {
            world.Network.Heal();
            world.Trace("partition ends");
        });
    }

    private void Crash(SimNode node)
    {
        var random = world.Faults;
        if (node.Life is null && node.Join is null) return;
        if (world.Plan.CrashesInWrites && random.Chance(600))
        {
            var disk = random.Chance(600) ? node.Votes : node.Chain;
            disk.CrashIn(random.Below(6), (CrashPoint)random.Below(3));
            return;
        }

        node.Die("killed", world.Plan.LosesPower && random.Chance(500));
    }

    private void Fill(SimNode node)
    {
        var disk = world.Faults.Chance(500) ? node.Votes : node.Chain;
        disk.IsFull = true;
        world.Trace($"{disk.Name} is full");
        world.After(100 + world.Faults.Below(1500), () => disk.IsFull = false);
    }

    private static void Wipe(SimNode node)
    {
        node.Die("its disks broke", losesPower: false);
        node.Wipe();
    }

    private void Damage(SimNode node)
    {
        var random = world.Faults;
        var disk = random.Chance(500) ? node.Votes : node.Chain;
        if (random.Chance(300))
        {
            // What was synced is gone: whoever truncates does it while nobody looks.
            node.Die("to be damaged", losesPower: false);
            var lost = disk.Truncate(1 + random.Below(6));
            if (lost > 0) node.Damage($"{disk.Name} lost {lost} synced batches");
            return;
        }

        for (var i = 0; i < 1 + random.Below(3); i++)
        {
            if (disk.Rot(random, checksummed: random.Chance(700), SimDatabase.NextBatch(), out var what))
                node.Damage($"rot in {what}");
        }

        if (random.Chance(500)) node.Die("after rot", losesPower: false);
    }
}
