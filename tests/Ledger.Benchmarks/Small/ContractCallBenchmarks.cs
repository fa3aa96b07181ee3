using BenchmarkDotNet.Attributes;
using Ledger.Contracts.Engine;

namespace Ledger.Benchmarks.Small;

/// <summary>
/// A contract call from image to result: reset, call, two reads and two writes. The ledger behind it is a table.
/// </summary>
public class ContractCallBenchmarks : IScriptHost, IDisposable
{
    private const string Bootstrap =
        "(host) => () => ({ get: (key) => host(1, key), put: (key, value) => { host(2, key, value); } })";

    private const string Contract =
        """
        export function transfer(ctx, { from, to, amount }) {
          const paid = BigInt(amount);
          const a = BigInt(ctx.get('account:' + from) ?? '0'), b = BigInt(ctx.get('account:' + to) ?? '0');
          if (a < paid) throw new Error('insufficient');
          ctx.put('account:' + from, (a - paid).toString());
          ctx.put('account:' + to, (b + paid).toString());
          return { left: (a - paid).toString() };
        }
        export function nothing() {}
        """;

    private static readonly ScriptLimits Limits = new(1_000_000_000, 256, 200_000, 1_700_000_000_000);

    private readonly Dictionary<string, string> _accounts = new() { ["account:alice"] = "1000000000000000000000" };
    private readonly ScriptEngine _engine = new(new ScriptEngineOptions { Bootstrap = Bootstrap });
    private ScriptImage? _image;

    [GlobalCleanup]
    public void Dispose()
    {
        _engine.Dispose();
        GC.SuppressFinalize(this);
    }

    [GlobalSetup]
    public void SetUp() => _image = _engine.Build(Contract, Limits).Image;

    [Benchmark]
    public string? Transfer() =>
        _engine.Run(_image!, "transfer", "{}", """{"from":"alice","to":"bob","amount":"5"}""", this, Limits).Value;

    [Benchmark]
    public string? Nothing() => _engine.Run(_image!, "nothing", "{}", "null", this, Limits).Value;

    /// <inheritdoc/>
    public string? Invoke(int operation, ReadOnlySpan<string?> arguments, IScriptMeter meter)
    {
        if (operation == 1) return _accounts.GetValueOrDefault(arguments[0]!);
        _accounts[arguments[0]!] = arguments[1]!;
        return null;
    }
}
