using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>Whatever ran before, in whatever order: a run finds the same memory, byte for byte.</summary>
public sealed class ResidueTests
{
    private static readonly ScriptLimits Limits = new(5_000_000, ScriptLimits.MaxMemoryPages, ScriptLimits.MaxDepth, 0);

    [Fact]
    public void Attacks_in_either_order_leave_nothing_behind()
    {
        EngineThread.RunBare(engine =>
        {
            var scripts = AttackTests.Scripts.Select(File.ReadAllText).ToArray();
            var clean = engine.HashOfCleanMemory();
            var first = scripts.Select(script => engine.Evaluate(script, Limits)).ToArray();
            for (var i = scripts.Length - 1; i >= 0; i--)
            {
                Assert.Equal(first[i], engine.Evaluate(scripts[i], Limits));
                if (i % 8 == 0) Assert.Equal(clean, engine.HashOfCleanMemory());
            }

            return true;
        });
    }

    [Fact]
    public void A_contract_that_follows_attacks_does_what_it_did_before_them()
    {
        const string source = "const t = new Map(); export function f(ctx, n) { t.set(n, [n]); return [...t.keys(), ctx.get('a')]; }";
        EngineThread.Run(engine =>
        {
            var host = new MemoryHost { Values = { ["a"] = "1" } };
            var image = EngineThread.Image(engine, source);
            var before = engine.Run(image, "f", "", "5", host, Limits);
            foreach (var script in AttackTests.Scripts)
            {
                engine.Evaluate(File.ReadAllText(script), Limits with { Gas = 500_000 });
                Assert.Equal(before, engine.Run(image, "f", "", "5", host, Limits));
            }
        });
    }
}
