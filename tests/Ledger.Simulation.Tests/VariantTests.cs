using Ledger.Simulation.Variants;

namespace Ledger.Simulation.Tests;

/// <summary>The simulator can fail: what the product might have forgotten, it finds within a few seeds.</summary>
public class VariantTests
{
    public static TheoryData<string> Names => [.. VariantList.All.Select(make => make().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_broken_variant_is_found_within_a_bounded_number_of_seeds(string name)
    {
        var make = VariantList.All.Single(m => m().Name == name);

        Assert.NotNull(VariantTable.Find(make));
    }
}
