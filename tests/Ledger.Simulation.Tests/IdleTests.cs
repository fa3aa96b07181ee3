using Ledger.Simulation.World;

namespace Ledger.Simulation.Tests;

/// <summary>What an idle consortium does: as little as it can. Exact, as all of a simulated run is.</summary>
public class IdleTests
{
    private const int StatusMs = 1000;
    private const int Seconds = 60;

    [Fact]
    public void A_validator_with_nothing_to_do_is_told_the_time_once_for_each_status()
    {
        var world = Idle();
        var before = Ticks(world);

        world.Run(world.Now + (Seconds * StatusMs));

        // The world's own clock turns every 20 ms, and the last tick before a status may be that much late.
        Assert.All(Ticks(world).Zip(before), t => Assert.InRange(t.First - t.Second, Seconds - 2, Seconds));
    }

    [Fact]
    public void Only_who_can_make_something_of_a_transaction_is_woken_for_it()
    {
        const int Transactions = 300;
        var world = Idle();
        var before = PoolWakes(world);

        for (var i = 0; i < Transactions; i++)
        {
            world.Clients.Submit();
            world.Run(world.Now + 1);
        }

        Assert.True(world.Run(world.Now + 10_000, world.Clients.AreServedByRunning));

        var wakes = PoolWakes(world).Zip(before, (after, at) => after - at).ToList();
        // A backup is woken when its rest ends, and when it looks for a body that gossip then brings.
        Assert.All(wakes.Skip(1), w => Assert.InRange(w, 1, 8));
        Assert.InRange(wakes[0], Transactions / 2, Transactions);
    }

    private static SimWorld Idle()
    {
        var world = new SimWorld(new SimPlan { Seed = 1, Validators = 4 });
        foreach (var node in world.Nodes) node.Start();
        world.Run(50);
        world.Clients.Submit(1);
        Assert.True(world.Run(2_000, world.Clients.AreServedByRunning));
        world.Run(3_000);
        return world;
    }

    private static IReadOnlyList<long> Ticks(SimWorld world) => [.. world.Nodes.Select(n => n.Life!.Ticks)];

    private static IReadOnlyList<long> PoolWakes(SimWorld world) => [.. world.Nodes.Select(n => n.Life!.PoolWakes)];
}
