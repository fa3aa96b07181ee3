using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Testing.Consensus;
using static Ledger.Contracts.Tests.Runtime.Support.ContractChain;

namespace Ledger.Contracts.Tests.Runtime;

/// <summary>The helper <c>Money</c> in the engine against arithmetic of ours.</summary>
[Collection(SharedEngineTests.Name)]
public sealed class MoneyTests(ContractThread thread)
{
    private const string Source = """
        const text = (v) => (Array.isArray(v) ? v.map(text) : typeof v === "bigint" ? `${v}` : v);
        const scalar = (v) => (typeof v === "string" && v.startsWith("n") ? BigInt(v.slice(1)) : v);
        const value = (v) => (Array.isArray(v) ? v.map(value) : scalar(v));
        export function run(ctx, list) {
          return list.map(([name, ...args]) => {
            try {
              return text(Money[name](...args.map(value)));
            } catch (e) {
              return e.code ?? e.name;
            }
          });
        }
        """;

    [Fact]
    public void Parts_of_a_split_always_add_up_and_go_by_the_largest_remainder()
    {
        var random = new SplitMix64(21);
        var cases = new List<(BigInteger Amount, int[] Ratios)>();
        for (var i = 0; i < 120; i++)
        {
            var amount = i % 3 == 0 ? BigInteger.Pow(10, random.Below(38)) - 1 : random.Below(1000);
            var ratios = Enumerable.Range(0, 1 + random.Below(6)).Select(_ => random.Below(50)).ToArray();
            if (ratios.Sum() == 0) ratios[0] = 1;
            cases.Add((amount, ratios));
        }

        var results = Run(cases.Select(c =>
            $"""["split","{c.Amount}",[{string.Join(',', c.Ratios)}]]"""));

        for (var i = 0; i < cases.Count; i++)
        {
            var parts = results[i].EnumerateArray()
                .Select(p => BigInteger.Parse(p.GetString()!, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(cases[i].Amount, parts.Aggregate(BigInteger.Zero, (a, b) => a + b));
            Assert.Equal(Split(cases[i].Amount, cases[i].Ratios), parts);
        }
    }

    [Fact]
    public void Rounding_is_as_it_is_said()
    {
        var random = new SplitMix64(22);
        var cases = new List<(BigInteger Amount, BigInteger Up, BigInteger Down, string Rounding)>();
        foreach (var rounding in new[] { "down", "up", "halfUp", "halfEven" })
        {
            for (var i = 0; i < 40; i++) cases.Add((random.Below(100), random.Below(9), 1 + random.Below(8), rounding));
        }

        var results = Run(cases.Select(c =>
            $"""["multiply","n{c.Amount}","n{c.Up}","n{c.Down}","{c.Rounding}"]"""));

        Assert.Equal(
            cases.Select(c => Round(c.Amount * c.Up, c.Down, c.Rounding).ToString(CultureInfo.InvariantCulture)),
            results.Select(r => r.GetString()));
    }

    [Theory]
    [InlineData("""["parse","12.30",2]""", "1230")]
    [InlineData("""["parse","12",2]""", "1200")]
    [InlineData("""["parse","0.05",2]""", "5")]
    [InlineData("""["parse","7",0]""", "7")]
    [InlineData("""["format","1230",2]""", "12.30")]
    [InlineData("""["format","5",2]""", "0.05")]
    [InlineData("""["format","n-5",2]""", "-0.05")]
    [InlineData("""["format","7",0]""", "7")]
    [InlineData("""["of","0"]""", "0")]
    [InlineData("""["of","n12"]""", "12")]
    [InlineData("""["sum",["1","n2","39"]]""", "42")]
    [InlineData("""["sum",[]]""", "0")]
    public void Amounts_are_read_and_written(string call, string result) => Assert.Equal(result, Run([call])[0].GetString());

    [Theory]
    [InlineData("""["parse","12.345",2]""")]
    [InlineData("""["parse","12.",2]""")]
    [InlineData("""["parse",".5",2]""")]
    [InlineData("""["parse","-1",2]""")]
    [InlineData("""["parse","1.2.3",2]""")]
    [InlineData("""["parse","1e2",2]""")]
    [InlineData("""["parse"," 1",2]""")]
    [InlineData("""["parse",12,2]""")]
    [InlineData("""["parse","1",19]""")]
    [InlineData("""["of","01"]""")]
    [InlineData("""["of","-1"]""")]
    [InlineData("""["of","n-1"]""")]
    [InlineData("""["of",1]""")]
    [InlineData("""["of","1\n"]""")]
    [InlineData("""["split","10",[]]""")]
    [InlineData("""["split","10",[0,0]]""")]
    [InlineData("""["split","10",[1,-1]]""")]
    [InlineData("""["split","10",[5,"1"]]""")]
    [InlineData("""["split","10",[0]]""")]
    [InlineData("""["multiply","1",1,0,"down"]""")]
    [InlineData("""["multiply","1",1,2]""")]
    [InlineData("""["multiply","1",1,2,"closest"]""")]
    [InlineData("""["sum",["1",null]]""")]
    public void What_is_no_amount_is_refused(string call) => Assert.Equal("INVALID_AMOUNT", Run([call])[0].GetString());

    private List<JsonElement> Run(IEnumerable<string> calls)
    {
        using var chain = new ContractChain(thread);
        Value(chain.Deploy("m", Source));
        using var document = JsonDocument.Parse(Value(chain.Call("bob", "m", "run", $"[{string.Join(',', calls)}]")));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private static BigInteger[] Split(BigInteger amount, int[] ratios)
    {
        var sum = ratios.Sum();
        var parts = ratios.Select(r => amount * r / sum).ToArray();
        var left = (int)(amount - parts.Aggregate(BigInteger.Zero, (a, b) => a + b));
        foreach (var i in Enumerable.Range(0, ratios.Length)
            .OrderByDescending(i => amount * ratios[i] % sum).ThenBy(i => i).Take(left))
        {
            parts[i]++;
        }

        return parts;
    }

    private static BigInteger Round(BigInteger product, BigInteger divisor, string rounding)
    {
        var down = BigInteger.DivRem(product, divisor, out var rest);
        var isUp = rounding switch
        {
            "down" => false,
            "up" => rest > 0,
            "halfUp" => rest * 2 >= divisor,
            _ => rest * 2 > divisor || (rest * 2 == divisor && !down.IsEven),
        };
        return isUp ? down + 1 : down;
    }
}
