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

    /// <summary>
    /// Prints processor time for a unit of gas by kind of work, and gives the ratio of the dearest to the cheapest.
    /// </summary>
    public static double Print(int runs)
    {
        var ratio = 0.0;
        var thread = new Thread(
            () =>
            {
                using var engine = new ScriptEngine(new ScriptEngineOptions());
                var prices = GasScripts.All
                    .Select(s => (s.Work, Price: Measure(engine, s.Work, TextOf(s.SetUp, s.Body), runs)))
                    .OrderBy(p => p.Price).ToArray();
                foreach (var (work, price) in prices)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work,-20}{price,8:F4} ns"));
                ratio = prices[^1].Price / prices[0].Price;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"dearest to cheapest {ratio,8:F1}"));
            },
            ScriptLimits.ThreadStackBytes);
        thread.Start();
        thread.Join();
        return ratio;
    }

    private static double Measure(ScriptEngine engine, string work, string script, int runs)
    {
        var least = TimeSpan.MaxValue;
        for (var run = 0; run < runs; run++)
        {
            var before = Environment.CpuUsage.TotalTime;
            var outcome = engine.Evaluate(script, new ScriptLimits(Gas, 1024, ScriptLimits.MaxDepth, 0));
            var took = Environment.CpuUsage.TotalTime - before;
            // One that ended otherwise would look cheap.
            if (outcome.Status != ScriptStatus.OutOfGas)
                throw new InvalidOperationException($"{work} ended with {outcome.Status} after {outcome.GasUsed}");
            if (took < least) least = took;
        }

        return least.TotalNanoseconds / Gas;
    }

    // Where memory runs out, gas is used up by going round.
    private static string TextOf(string setUp, string body) => body.Contains("await ", StringComparison.Ordinal)
        ? $"(async () => {{ {setUp} for (;;) {{ {body} }} }})();"
        : $"{setUp} try {{ for (;;) {{ {body} }} }} catch (e) {{ if (e instanceof InternalError) for (;;); throw e; }}";
}
