using Ledger.Simulation.Scenarios;
using Ledger.Simulation.Variants;

namespace Ledger.Simulation.Tests;

/// <summary>
/// The stories in tests/Ledger.Simulation/Scenarios: known killers of other systems, and what the seeds found.
/// </summary>
public class ScenarioTests
{
    public static TheoryData<string> Names => [.. Scenario.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_goes_as_it_says(string name) => Scenario.RunNamed(name);

    public static TheoryData<string> Kept => [.. VariantList.Kept.Select(k => k.Scenario)];

    [Theory]
    [MemberData(nameof(Kept))]
    public void What_a_seed_found_shows_again_without_its_mend(string name)
    {
        var (_, make) = VariantList.Kept.Single(k => k.Scenario == name);

        Assert.ThrowsAny<Exception>(() => Scenario.RunNamed(name, variant: make()));
    }

    [Fact]
    public void P1_P3_P4_P7_P8_P9_P25_have_their_scenarios()
    {
        Assert.Superset(
            new HashSet<string>
            {
                "fisco-bcos-2211-huge-view",
                "smartbft-622-commit-races-view-abort",
                "smartbft-663-permanent-lag",
                "besu-8307-restart-never-agrees",
                "fisco-bcos-4123-clock-skew",
                "tendermint-wal-truncation",
                "fisco-bcos-2191-membership-change-during-view-change",
            },
            Scenario.Names.ToHashSet());
    }

    [Theory]
    [InlineData("cluster n=4\nfly 3", 2)]
    [InlineData("cluster n=4\nexpect view 0 is 1", 2)]
    [InlineData("cluster n=four", 1)]
    [InlineData("# comment\ncluster n=4 colour=red", 2)]
    [InlineData("cluster n=4\ndrop nonsense", 2)]
    [InlineData("cluster n=4\nsubmit\nexpect certified all least 1 within=1", 3)]
    public void A_line_that_is_not_understood_or_does_not_hold_is_named(string file, int line)
    {
        var failure = Assert.Throws<ScenarioException>(() => Scenario.Run(file));

        Assert.Equal(line, failure.Line);
    }
}
