using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>Runs from within a host call: contracts that call contracts.</summary>
public sealed class NestedRunTests
{
    private const string Source =
        """
        export function down(ctx, n) {
          const before = [1, 2, 3].map((x) => x * 2).join();
          const inner = n === 0 ? 'bottom' : ctx.host(3, JSON.stringify(n - 1));
          if (before !== [1, 2, 3].map((x) => x * 2).join()) throw new Error('disturbed');
          return n === 0 ? inner : { n, inner: JSON.parse(inner) };
        }
        export function recurse(ctx) { return 1 + JSON.parse(ctx.host(3, 'null')); }
        """;

    [Fact]
    public void Runs_within_runs_do_not_disturb_each_other()
    {
        var outcome = EngineThread.Run(engine => Nest(engine, "down", "3", EngineThread.Limits, out _));

        Assert.Equal("""{"n":3,"inner":{"n":2,"inner":{"n":1,"inner":"bottom"}}}""", outcome.Value);
    }

    [Fact]
    public void Too_many_runs_within_runs_end_as_an_error_of_the_last()
    {
        var deepest = 0;

        var outcome = EngineThread.Run(engine => Nest(engine, "recurse", "null", EngineThread.Limits, out deepest));

        Assert.Equal((ScriptStatus.Thrown, "INNER"), (outcome.Status, outcome.Error?.Code));
        Assert.Contains("too many runs", outcome.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(ScriptEngine.MaxNesting, deepest);
    }

    [Fact]
    public void Gas_of_all_runs_together_is_bounded_by_the_outermost()
    {
        var limits = EngineThread.Limits with { Gas = 300_000 };

        var outcome = EngineThread.Run(engine => Nest(engine, "recurse", "null", limits, out _));

        Assert.Equal((ScriptStatus.OutOfGas, 300_000L), (outcome.Status, outcome.GasUsed));
    }

    [Fact]
    public void An_inner_run_has_only_the_depth_that_the_outer_one_left()
    {
        long outer = 0;
        long inner = 0;
        var limits = EngineThread.Limits with { Depth = 100_000 };
        EngineThread.Run(engine =>
        {
            var image = EngineThread.Image(
                engine, "export const f = (ctx) => ctx.host(3); export const g = (ctx) => ctx.host(4);");
            var host = new MemoryHost
            {
                Other = (operation, _, meter) =>
                {
                    if (operation == 4)
                    {
                        inner = meter.DepthLeft;
                        return null;
                    }

                    outer = meter.DepthLeft;
                    var nested = new MemoryHost { Other = (_, _, m) => { inner = m.DepthLeft; return null; } };
                    engine.Run(image, "g", "", "null", nested, EngineThread.Limits);
                    return null;
                },
            };
            engine.Run(image, "f", "", "null", host, limits);
        });

        Assert.InRange(outer, 1, limits.Depth - 1);
        Assert.InRange(inner, 1, outer - 1);
    }

    private static ScriptOutcome Nest(
        ScriptEngine engine, string path, string argument, ScriptLimits limits, out int deepest)
    {
        var image = EngineThread.Image(engine, Source);
        var runs = 0;
        var level = 0;
        var most = 0;
        MemoryHost host = null!;
        host = new MemoryHost
        {
            Other = (_, arguments, meter) =>
            {
                Assert.True(++runs < 1000);
                most = Math.Max(most, ++level);
                var inner = engine.Run(
                    image, path, "", arguments[0]!, host, limits with { Gas = meter.GasLeft, Depth = meter.DepthLeft });
                level--;
                meter.Charge(inner.GasUsed);
                return inner.Value ?? throw new ScriptHostException("INNER", inner.Error!.Message);
            },
        };
        var outcome = engine.Run(image, path, "", argument, host, limits);
        deepest = most;
        return outcome;
    }
}
