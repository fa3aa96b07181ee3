using Ledger.Simulation.World;

namespace Ledger.Simulation.Tests;

/// <summary>Whole runs. More of them: <c>dotnet run --project tests/Ledger.Simulation -- --seeds A..B</c>.</summary>
public class SeedTests
{
    // In portions, so that a failure shows early and in the name of the test.
    public static TheoryData<int> Portions => [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Portions))]
    public void Nothing_that_faults_and_liars_do_breaks_a_property(int portion)
    {
        for (var seed = (ulong)(portion * 40) + 1; seed <= (ulong)(portion + 1) * 40; seed++)
        {
            var result = SeedRun.Run(seed);
            Assert.True(result.Failure is null, RunTotals.Describe(result));
        }
    }

    // A node whose own disk rots while it compares what others serve with what it holds: it stops, and nobody is hurt. The
    // simulator once let that end the run.
    [Theory]
    [InlineData(10694)]
    [InlineData(14201)]
    [InlineData(17181)]
    public void A_rotten_block_met_in_catching_up_ends_that_node_alone(ulong seed)
    {
        var result = SeedRun.Run(seed);

        Assert.True(result.Failure is null, RunTotals.Describe(result));
        Assert.NotEmpty(result.Plan.Damaged);
    }

    // On a channel with contracts, so with every leaf of the log; it then finds all evidence as the others do.
    [Fact]
    public void P15_whatever_else_happens_a_validator_that_lost_its_disks_joins_from_a_snapshot()
    {
        var joined = 0;
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var result = SeedRun.Run(SimPlan.JoiningFromSeed(seed));
            Assert.True(result.Failure is null, RunTotals.Describe(result));
            joined += result.Joined;
        }

        // Where no block was certified yet, or nobody could be reached for long, it executes the chain.
        Assert.InRange(joined, 10, 20);
    }

    [Fact]
    public void A_seed_is_the_same_run_each_time()
    {
        foreach (var seed in new ulong[] { 3, 11, 127 })
        {
            var (first, second) = (new StringWriter(), new StringWriter());
            var one = SeedRun.Run(seed, first);
            var two = SeedRun.Run(seed, second);

            Assert.Equal(one.Fingerprint, two.Fingerprint);
            Assert.Equal(first.ToString(), second.ToString());
            Assert.Equal(one.Events, two.Events);
        }
    }

    // A change of the simulator or of the protocol changes these; a change of the machine or the framework must not.
    [Fact]
    public void Runs_differ_from_seed_to_seed()
    {
        var prints = Enumerable.Range(1, 20).Select(s => SeedRun.Run((ulong)s).Fingerprint).ToHashSet();

        Assert.Equal(20, prints.Count);
    }

    [Fact]
    public void Seeds_reach_what_they_are_made_for()
    {
        var results = Enumerable.Range(1, 150).Select(s => SeedRun.Run((ulong)s)).ToList();

        Assert.Equal([4, 7, 10, 13, 16], results.Select(r => r.Plan.Validators).Distinct().Order());
        Assert.All(results, r => Assert.True(
            r.Plan.Byzantine.Count(b => b < r.Plan.Validators) + r.Plan.Damaged.Count + r.Plan.BadClocks.Count
            <= r.Plan.MaxFaulty));
        Assert.Contains(results, r => r.Plan.RealSignatures);
        Assert.InRange(results.Count(r => r.ViewsEntered > 0), 41, results.Count);
        Assert.InRange(results.Count(r => r.Lives > r.Plan.Validators), 31, results.Count);
        Assert.InRange(results.Count(r => r.Epoch > 0), 31, results.Count);
        Assert.InRange(results.Count(r => r.Epoch > 2), 11, results.Count);
        var traits = results.Aggregate(Adversary.Traits.None, (all, r) => all | r.Plan.Traits);
        Assert.Equal(Adversary.Traits.All, traits);
    }
}
