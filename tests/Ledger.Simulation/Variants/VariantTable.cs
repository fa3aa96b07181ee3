using System.Globalization;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Variants;

/// <summary>Shows by which seed and which property each broken variant is found.</summary>
internal static class VariantTable
{
    /// <summary>Most seeds that a variant may need.</summary>
    public const ulong MaxSeeds = 60;

    /// <summary>The first seed that finds a variant; null when none does.</summary>
    public static (ulong Seed, Exception Failure)? Find(Func<BrokenVariant> make)
    {
        for (var seed = 1UL; seed <= MaxSeeds; seed++)
        {
            var result = SeedRun.Run(seed, variant: make());
            if (result.Failure is { } failure) return (seed, failure);
        }

        return null;
    }

    public static bool Write(TextWriter output)
    {
        var all = true;
        foreach (var make in VariantList.All)
        {
            var found = Find(make);
            all &= found is not null;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{make().Name,-26} {(found is { } f ? $"seed {f.Seed}: {f.Failure.Message}" : "NOT FOUND")}"));
        }

        return all;
    }
}
