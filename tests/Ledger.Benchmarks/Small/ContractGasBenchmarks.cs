using BenchmarkDotNet.Attributes;
using Ledger.Contracts.Engine;

namespace Ledger.Benchmarks.Small;

/// <summary>
/// What gas costs in time, by what it is spent on. Each script loops for ever, so each run takes the same ten million
/// gas: the times are to each other as the prices, and a hundredth of one is nanoseconds for a hundred thousand gas.
/// </summary>
public class ContractGasBenchmarks : IDisposable
{
    private const long Gas = 10_000_000;

    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["loop"] = "for (let i = 0;; i++);",
        ["calls"] = "const f = (n) => n + 1; for (let i = 0;;) i = f(i);",
        ["objects"] = "for (;;) { const a = {}, b = { a }; a.b = b; }",
        ["properties"] = "const o = {}; for (let i = 0;; i++) o['k' + (i % 1000)] = i;",
        ["strings"] = "for (let s = '';;) { s += 'ab'; if (s.length > 10000) s = ''; }",
        ["regex"] = "for (;;) /^(a+)+$/.test('aaaaaaaaaaaaaaaaab');",
        ["json"] = "const o = [1, 'x', { a: [null, true] }]; for (;;) JSON.parse(JSON.stringify(o));",
        ["sort"] = "const a = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1009); for (;;) a.toSorted();",
        ["bigint"] = "let a = (1n << 20000n) - 1n; for (;;) a * a;",
        ["bigint-division"] = "let a = (1n << 20000n) - 1n, b = (1n << 10000n) - 17n; for (;;) a / b;",
        ["copy"] = "const a = new Uint8Array(4e6), b = new Uint8Array(4e6); for (;;) a.set(b);",
        ["fill"] = "const a = new Uint8Array(4e6); for (;;) a.fill(1);",
        ["scattered-reads"] =
            "const a = new Int32Array(1 << 22); let x = 1; for (;;) { x = (x * 1103515245 + 12345) & 4194303; a[x]++; }",
        ["sine"] = "for (let i = 0;; i++) Math.sin(i * 1.7);",
        ["numbers-as-text"] = "for (let i = 0;; i++) (i * 1.2345e-7).toString();",
        ["errors"] = "for (;;) { try { throw new Error('x'); } catch { } }",
        ["eval"] = "for (let i = 0;; i++) eval('(function (a) { return a + ' + i + '; })(1)');",
        ["normalise"] = "const s = '\\u0344\\u1e9b'.repeat(1000); for (;;) s.normalize('NFKD');",
    };

    private readonly ScriptEngine _engine = new(new ScriptEngineOptions());

    [GlobalCleanup]
    public void Dispose()
    {
        _engine.Dispose();
        GC.SuppressFinalize(this);
    }


    [ParamsSource(nameof(Names))]
    public string Work { get; set; } = "loop";

    public static IEnumerable<string> Names => Scripts.Keys;

    [Benchmark]
    public long TenMillionGas() =>
        _engine.Evaluate(Scripts[Work], new ScriptLimits(Gas, 512, 200_000, 0)).GasUsed;
}
