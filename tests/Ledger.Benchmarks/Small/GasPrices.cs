using System.Globalization;
using Ledger.Contracts.Engine;

namespace Ledger.Benchmarks.Small;

/// <summary>
/// What gas costs in processor time, by what it is spent on. Each script goes on until it has used up its gas, so all
/// take the same of it, and their times are to each other as the prices are wrong. The least of several runs: what
/// other programs do on the machine only ever adds.
/// </summary>
internal static class GasPrices
{
    // Enough to take 32 MiB of memory and then to work on it.
    private const long Gas = 500_000_000;

    // What the host does may cost so many times the time of the engine's median for the same gas.
    private const double MostOfHost = 4;

    /// <summary>
    /// Prints processor time for a unit of gas by kind of work, and tells whether the ratio of the engine's dearest to
    /// its cheapest is at most that, and nothing of the host's dearer than four times the engine's median.
    /// </summary>
    public static bool Print(int runs, double most)
    {
        var isWithin = false;
        var thread = new Thread(
            () =>
            {
                isWithin = PrintEngine(runs, out var median) <= most;
                isWithin &= PrintHost(runs, median) <= MostOfHost;
            },
            ScriptLimits.ThreadStackBytes);
        thread.Start();
        thread.Join();
        return isWithin;
    }

    private static double PrintEngine(int runs, out double median)
    {
        using var engine = new ScriptEngine(new ScriptEngineOptions());
        var texts = GasScripts.All.Select(s => (s.Work, Text: TextOf(s.SetUp, s.Body))).ToArray();
        var prices = new double[texts.Length];
        Array.Fill(prices, double.MaxValue);
        // All scripts in turn, some times over: a neighbour's busy minute does not meet all runs of one.
        for (var run = 0; run < runs; run++)
        {
            for (var i = 0; i < texts.Length; i++)
                prices[i] = Math.Min(prices[i], Measure(engine, texts[i].Work, texts[i].Text));
        }

        var sorted = texts.Zip(prices, (t, p) => (t.Work, Price: p)).OrderBy(p => p.Price).ToArray();
        foreach (var (work, price) in sorted) PrintPrice(work, price);
        median = sorted[sorted.Length / 2].Price;
        var ratio = sorted[^1].Price / sorted[0].Price;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median {median,26:F4} ns"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"dearest to cheapest {ratio,13:F1}"));
        return ratio;
    }

    private static double PrintHost(int runs, double median)
    {
        using var host = new GasHostPrices();
        var prices = host.Measure(runs).OrderBy(p => p.Price).ToArray();
        foreach (var (work, price) in prices) PrintPrice(work, price);
        var ratio = prices[^1].Price / median;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"dearest to the engine's median {ratio,2:F1}"));
        return ratio;
    }

    private static void PrintPrice(string work, double price) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work,-24}{price,9:F4} ns"));

    private static double Measure(ScriptEngine engine, string work, string script)
    {
        var before = Environment.CpuUsage.TotalTime;
        var outcome = engine.Evaluate(script, new ScriptLimits(Gas, 1024, ScriptLimits.MaxDepth, 0));
        var took = Environment.CpuUsage.TotalTime - before;
        // One that ended otherwise would look cheap.
        return outcome.Status == ScriptStatus.OutOfGas
            ? took.TotalNanoseconds / Gas
            : throw new InvalidOperationException($"{work} ended with {outcome.Status} after {outcome.GasUsed}");
    }

    // Where memory runs out, gas is used up by going round.
    private static string TextOf(string setUp, string body) => body.Contains("await ", StringComparison.Ordinal)
        ? $"(async () => {{ {setUp} for (;;) {{ {body} }} }})();"
        : $"{setUp} try {{ for (;;) {{ {body} }} }} catch (e) {{ if (e instanceof InternalError) for (;;); throw e; }}";
}
