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
    private const long Gas = 100_000_000;

    private static readonly (string Work, string Script)[] Scripts =
    [
        ("loop", "for (let i = 0;; i++);"),
        ("calls", "const f = (n) => n + 1; for (let i = 0;;) i = f(i);"),
        ("objects", "for (;;) { const a = {}, b = { a }; a.b = b; }"),
        ("properties", "const o = {}; for (let i = 0;; i++) o['k' + (i % 1000)] = i;"),
        ("strings", "for (let s = '';;) { s += 'ab'; if (s.length > 10000) s = ''; }"),
        ("regex", "for (;;) /^(a+)+$/.test('aaaaaaaaaaaaaaaaab');"),
        ("json", "const o = [1, 'x', { a: [null, true] }]; for (;;) JSON.parse(JSON.stringify(o));"),
        ("sort", "const a = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1009); for (;;) a.toSorted();"),
        ("bigint", "let a = (1n << 20000n) - 1n; for (;;) a * a;"),
        ("bigint-division", "let a = (1n << 20000n) - 1n, b = (1n << 10000n) - 17n; for (;;) a / b;"),
        ("copy", "const a = new Uint8Array(1e6), b = new Uint8Array(1e6); for (;;) a.set(b);"),
        ("copy-small", "const a = new Uint8Array(48); for (;;) a.copyWithin(0, 24);"),
        ("fill", "const a = new Uint8Array(1e6); for (;;) a.fill(1);"),
        ("growth", "const a = []; for (;;) { try { for (;;) a.push(new ArrayBuffer(65536)); } catch { for (;;); } }"),
        ("scattered-reads", Scattered(20)),
        ("scattered-reads-16m", Scattered(22)),
        ("sine", "for (let i = 0;; i++) Math.sin(i * 1.7);"),
        ("numbers-as-text", "for (let i = 0;; i++) (i * 1.2345e-7).toString();"),
        ("errors", "for (;;) { try { throw new Error('x'); } catch { } }"),
        ("eval", "for (let i = 0;; i++) eval('(function (a) { return a + ' + i + '; })(1)');"),
        ("normalise", "const s = '\\u0344\\u1e9b'.repeat(1000); for (;;) s.normalize('NFKD');"),
    ];

    /// <summary>Prints processor time for a unit of gas by kind of work, and the dearest to the cheapest.</summary>
    public static void Print(int runs)
    {
        var thread = new Thread(
            () =>
            {
                using var engine = new ScriptEngine(new ScriptEngineOptions());
                var prices = Scripts.Select(s => (s.Work, Price: Measure(engine, s.Work, s.Script, runs)))
                    .OrderBy(p => p.Price).ToArray();
                foreach (var (work, price) in prices)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work,-20}{price,8:F4} ns"));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"dearest to cheapest {prices[^1].Price / prices[0].Price,8:F1}"));
            },
            ScriptLimits.ThreadStackBytes);
        thread.Start();
        thread.Join();
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

    private static string Scattered(int bits) => string.Create(
        CultureInfo.InvariantCulture,
        $"const a = new Int32Array({1 << bits}); let x = 1; for (;;) {{ x = (x * 5 + 12345) & {(1 << bits) - 1}; a[x]++; }}");
}
