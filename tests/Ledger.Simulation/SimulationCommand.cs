using System.Diagnostics;
using System.Globalization;
using Ledger.Simulation.Scenarios;
using Ledger.Simulation.Variants;
using Ledger.Simulation.World;

namespace Ledger.Simulation;

/// <summary>
/// <c>--seeds A..B</c> runs seeds; <c>--seed S [--trace]</c> runs one; <c>--costs</c> prints the table of costs. Exit status
/// 1 when a seed fails, 64 for a wrong command line.
/// </summary>
internal static class SimulationCommand
{
    private const int UsageError = 64;

    private const string Usage =
        "usage: [--variant NAME] --seeds A..B | --seed S [--trace] | --scenario NAME|FILE | --variants | --costs "
        + "| --fingerprints A..B";

    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ulong? first = null;
        ulong? last = null;
        var trace = false;
        var variant = "";
        for (var i = 0; i < arguments.Count; i++)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--costs":
                    CostTable.Write(output);
                    return 0;
                case "--trace":
                    trace = true;
                    break;
                case "--variant" when VariantList.Find(value) is not null:
                    variant = value;
                    i++;
                    break;
                case "--scenario" when Scenario.Names.Contains(value):
                    Scenario.RunNamed(value, output, VariantList.Find(variant));
                    return 0;
                case "--scenario" when File.Exists(value):
                    Scenario.Run(File.ReadAllText(value), output, VariantList.Find(variant));
                    return 0;
                case "--variants":
                    return VariantTable.Write(output) ? 0 : 1;
                case "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out var seed):
                    (first, last) = (seed, seed);
                    i++;
                    break;
                case "--fingerprints" when TryParseRange(value, out var low, out var high):
                    for (var each = low; each <= high; each++)
                        output.WriteLine(RunTotals.Fingerprint(SeedRun.Run(each)));
                    return 0;
                case "--seeds" when TryParseRange(value, out var from, out var to):
                    (first, last) = (from, to);
                    i++;
                    break;
                default:
                    error.WriteLine(Usage);
                    return UsageError;
            }
        }

        if (first is not { } begin || last is not { } end)
        {
            error.WriteLine(Usage);
            return UsageError;
        }

        return RunSeeds(begin, end, trace ? output : null, output, variant) ? 0 : 1;
    }

    private static bool TryParseRange(string text, out ulong from, out ulong to)
    {
        (from, to) = (0, 0);
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        return dots > 0
            && ulong.TryParse(text.AsSpan(0, dots), CultureInfo.InvariantCulture, out from)
            && ulong.TryParse(text.AsSpan(dots + 2), CultureInfo.InvariantCulture, out to)
            && from <= to;
    }

    private static bool RunSeeds(ulong first, ulong last, TextWriter? trace, TextWriter output, string variant)
    {
        var start = Stopwatch.GetTimestamp();
        var totals = new RunTotals();
        for (var seed = first; ; seed++)
        {
            var result = SeedRun.Run(seed, trace, VariantList.Find(variant));
            totals.Add(result);
            if (result.Failure is not null || first == last) output.WriteLine(RunTotals.Describe(result));
            if (seed == last) break;
        }

        totals.Write(output, Stopwatch.GetElapsedTime(start));
        return totals.Failed == 0;
    }
}
