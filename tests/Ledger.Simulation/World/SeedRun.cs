using Ledger.Core.Crypto;
using Ledger.Simulation.Checks;
using Ledger.Simulation.Variants;
using Ledger.Testing.Consensus;

namespace Ledger.Simulation.World;

/// <summary>What a run of a seed came to.</summary>
internal sealed record SeedResult
{
    public required SimPlan Plan { get; init; }

    /// <summary>Null when everything held.</summary>
    public required Exception? Failure { get; init; }

    public required ulong Fingerprint { get; init; }

    public required long SimulatedMs { get; init; }

    /// <summary>Milliseconds from healing until everything was certified everywhere.</summary>
    public required long SettledAfterMs { get; init; }

    public required long Events { get; init; }

    public required ulong Blocks { get; init; }

    public required int ViewsEntered { get; init; }

    public required int Lives { get; init; }

    public required int Transactions { get; init; }

    /// <summary>Nodes that began from a snapshot.</summary>
    public required int Joined { get; init; }

    /// <summary>The newest epoch.</summary>
    public required ulong Epoch { get; init; }
}

/// <summary>Runs one seed from beginning to end.</summary>
internal static class SeedRun
{
    // After healing. With f lying validators in a row as primaries, each costs up to the timers' cap of 8 s, and an asking
    // validator that the rest left behind waits ten timeouts more (ADR 0002, departure 12).
    private const long SettlingMs = 120_000;

    public static SeedResult Run(ulong seed, TextWriter? trace = null, BrokenVariant? variant = null) =>
        Run(SimPlan.FromSeed(seed), trace, variant);

    public static SeedResult Run(SimPlan plan, TextWriter? trace = null, BrokenVariant? variant = null)
    {
        var world = new SimWorld(plan, trace, variant);
        Exception? failure = null;
        try
        {
            Run(world);
        }
#pragma warning disable CA1031 // Whatever leaves a run is a finding, and is reported with its seed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
            world.Trace($"FAILED {e.Message}");
        }

        return new SeedResult
        {
            Plan = world.Plan,
            Failure = failure,
            Fingerprint = world.Fingerprint,
            SimulatedMs = world.Now,
            SettledAfterMs = Math.Max(0, world.Now - world.Plan.FaultsEndAtMs),
            Events = world.EventCount,
            Blocks = world.Checks.Highest,
            ViewsEntered = world.Checks.ViewsEntered,
            Lives = world.Nodes.Sum(n => n.Lives),
            Transactions = world.Clients.Count,
            Joined = world.Nodes.Count(n => n.Life?.Store.Base is not null),
            Epoch = world.Governance.Current.Epoch.Value,
        };
    }

    private static void Run(SimWorld world)
    {
        var plan = world.Plan;
        var load = world.Stream(4);
        foreach (var node in world.Nodes.Take(plan.Validators)) world.After(load.Below(300), node.Start);
        for (var i = 0; i < plan.Transactions; i++)
            world.After(200 + load.Below((int)plan.FaultsEndAtMs), () => world.Clients.Submit());
        for (var i = 0; i < plan.Changes; i++)
            world.After(300 + load.Below((int)plan.FaultsEndAtMs), world.Governance.ProposeAny);
        var faults = new FaultSchedule(world);
        faults.Begin();
        world.Run(plan.FaultsEndAtMs);

        faults.Heal();
        // What comes after healing must get through as well as what waits.
        world.Clients.Submit();
        if (plan.Changes > 0) world.Governance.ProposeAny();
        var settled = world.Run(plan.FaultsEndAtMs + SettlingMs, world.Clients.AreServed);
        world.Checks.Require(
            settled, "liveness",
            $"{world.Clients.PendingCount} of {world.Clients.Count} transactions are not certified, or not everywhere, " +
            $"{SettlingMs} ms after healing: {world.Checks.Describe()}");
        if (plan.Wiped >= 0)
        {
            var wiped = world.Nodes[plan.Wiped];
            var runs = world.Run(plan.FaultsEndAtMs + SettlingMs, () => wiped.Life is not null);
            world.Checks.Require(runs, "liveness", $"node {wiped.Index} has not joined: {wiped.Failure}");
        }

        FinalChecks.Run(world);
    }
}
