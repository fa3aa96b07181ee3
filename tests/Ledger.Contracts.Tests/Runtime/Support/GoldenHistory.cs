using System.Globalization;
using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Testing.Consensus;

namespace Ledger.Contracts.Tests.Runtime.Support;

/// <summary>A history that goes through everything that contracts can do, the same every time.</summary>
internal static class GoldenHistory
{
    /// <summary>Executes it. <paramref name="between"/> is done before every transaction.</summary>
    public static void Run(ContractChain chain, Action? between = null)
    {
        foreach (var step in Steps(chain))
        {
            between?.Invoke();
            step();
        }
    }

    private static IEnumerable<Action> Steps(ContractChain chain)
    {
        yield return () => chain.Deploy("counter", Sources.Counter, Sources.CounterSchema, """{"start":7}""");
        yield return () => chain.Deploy("p", Sources.Program);
        yield return () => chain.Deploy("mint", Sources.Program, by: "bank");
        yield return () => chain.Deploy("q", Sources.Program + "export const schedule = { due: { every: 'PT1H' } };");
        yield return () => chain.Deploy("p", Sources.Program);
        yield return () => chain.Deploy("broken", "export function (");
        yield return () => chain.Call("bob", "counter", "add", """{"by":5}""");
        yield return () => chain.Call("bob", "counter", "add", """{"by":500}""");
        yield return () => chain.Call("bob", "counter", "add", """{"by":5}""", gas: 60_000);
        yield return () => chain.Upgrade("counter", Sources.Counter + "// 2\n", Sources.CounterSchema);
        yield return () => chain.Manage(ContractAction.Freeze, "counter");
        yield return () => chain.Call("bob", "counter", "add", """{"by":5}""");
        yield return () => chain.Manage(ContractAction.Unfreeze, "counter");
        yield return () => chain.Call("alice", "p", "run", """[{"do":"who"},{"do":"where"},{"do":"gas"}]""");
        yield return () => chain.Call("alice", "mint", "run",
            """[{"do":"issue","to":"member/alice","currency":"CNY","amount":"1000"}]""");
        yield return () => chain.Call("alice", "p", "run", """
            [{"do":"transfer","from":"member/alice","to":"contract/p","currency":"CNY","amount":"30"},
             {"do":"transfer","to":"member/bob","currency":"CNY","amount":"10"},
             {"do":"balance","account":"contract/p","currency":"CNY"}]
            """, spend: "30");
        yield return () => chain.Call("ops", "p", "run", """
            [{"do":"append","record":{"type":"trade.payment","subject":"order-1","action":"pay","role":"platform",
              "attributes":{"amount":{"decimal":"34.5"},"currency":"CNY"} } }]
            """);
        yield return () => chain.Call("bob", "p", "run", """
            [{"do":"timeline","subject":"order-1"},{"do":"sha256","text":"证据"},{"do":"member","id":"ops"}]
            """);
        yield return () => chain.Call("bob", "p", "attempt", """
            [{"do":"put","key":"k"},{"do":"nonsense"},{"do":"fail","code":"E","message":"m"},{"do":"verify","disclosure":{} }]
            """);
        var random = new SplitMix64(1);
        for (var i = 0; i < 12; i++)
        {
            var n = random.Below(1000).ToString(CultureInfo.InvariantCulture);
            var code = i % 3 == 0 ? "FAIL" : "";
            yield return () => chain.Call("bob", "p", "run", $$"""
                [{"do":"put","key":"k{{n}}","value":{"n":{{n}},"t":"é😀"} },{"do":"emit","payload":{{n}} },
                 {"do":"tryCall","contract":"q","steps":[{"do":"put","key":"x{{n}}","value":{{n}} },
                   {"do":"{{(code.Length > 0 ? "fail" : "gas")}}","code":"FAIL","message":"m"}]},
                 {"do":"query","contract":"q","steps":[{"do":"scan","prefix":"x","limit":3}]},
                 {"do":"at","time":{{chain.Ledger.Time.UnixMilliseconds + 5000}},"fn":"due","args":{"n":{{n}} } },
                 {"do":"scan","prefix":"k","limit":4}]
                """);
            yield return () => chain.Due();
        }

        yield return () => chain.Ledger.Time = new Timestamp(chain.Ledger.Time.UnixMilliseconds + 7_200_000);
        for (var i = 0; i < 16; i++) yield return () => chain.Due();
        yield return () => chain.Manage(ContractAction.Retire, "q");
        yield return () => chain.Call("bob", "q", "run", "[]");
    }

    /// <summary>What a transaction did, as a line: its outcome's bytes, and its writes.</summary>
    public static string Line(ContractEffects effects)
    {
        var writes = effects.Writes.Select(w => $"{w.Space}|{Convert.ToHexStringLower(w.Key.Span)}|"
            + (w.Value is { } value ? Convert.ToHexStringLower(value.Span) : "-"));
        return $"{Convert.ToHexStringLower(effects.Outcome.Encode())} {string.Join(' ', writes)}";
    }
}
