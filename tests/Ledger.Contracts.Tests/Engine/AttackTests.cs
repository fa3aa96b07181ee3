using System.Globalization;
using System.Text;
using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>
/// Scripts that want to crash, hang or fill the process, or to leave something behind. The golden file holds how each ends,
/// so that gas and memory are those of every machine; scripts/nightly runs them with the most gas that a call may have.
/// </summary>
public sealed class AttackTests
{
    private static readonly ScriptLimits Limits = new(40_000_000, ScriptLimits.MaxMemoryPages, ScriptLimits.MaxDepth, 0);

    private const string Golden = "attacks.verified.txt";

    public static string[] Scripts => EngineFiles.Scripts("Attacks");

    [Fact]
    public void P20_every_attack_ends_within_its_limits_the_same_way_everywhere()
    {
        var report = EngineThread.RunBare(engine =>
        {
            var lines = new StringBuilder();
            foreach (var file in Scripts)
            {
                var outcome = engine.Evaluate(File.ReadAllText(file), Limits);
                lines.Append(LineOf(file, outcome)).Append('\n');
                Assert.NotEqual(ScriptStatus.Trapped, outcome.Status);
                Assert.InRange(outcome.GasUsed, 1, Limits.Gas);
                Assert.InRange(outcome.MemoryBytes, 1, (long)Limits.MemoryPages << 16);
            }

            return lines.ToString();
        });

        EngineFiles.AssertGolden(Golden, report);
    }

    [Fact]
    public void P19_memory_that_scripts_want_is_refused_to_them_and_the_process_goes_on()
    {
        var limits = Limits with { Gas = 400_000_000, MemoryPages = 160 };
        foreach (var file in Scripts.Where(f => Path.GetFileName(f).StartsWith("memory-", StringComparison.Ordinal)))
        {
            var outcome = EngineThread.Evaluate(File.ReadAllText(file), limits);

            Assert.InRange(outcome.MemoryBytes, 1, 160L << 16);
            Assert.NotEqual(ScriptStatus.Trapped, outcome.Status);
        }

        Assert.Equal("2", EngineThread.Value("1 + 1"));
    }

    [Fact]
    public void P19_an_uncaught_lack_of_memory_is_told_as_such_and_a_caught_one_is_not()
    {
        const string fill = "const all = []; for (;;) all.push(new Uint8Array(1e6));";

        Assert.Equal(ScriptStatus.OutOfMemory, EngineThread.Evaluate(fill).Status);
        Assert.Equal("InternalError: out of memory", EngineThread.Value($"try {{ {fill} }} catch (e) {{ `${{e}}` }}"));
        Assert.Equal(
            ScriptStatus.Thrown, EngineThread.Evaluate($"try {{ {fill} }} catch (e) {{ throw new Error('mine'); }}").Status);
    }

    [Fact]
    public void P20_there_is_more_than_enough_of_them()
    {
        Assert.True(Scripts.Length >= 74, $"{Scripts.Length} attacks");
        Assert.Equal(Scripts.Length, File.ReadLines(EngineFiles.PathOf(Golden)).Count());
    }

    [Fact]
    public void P20_a_run_with_twice_the_gas_goes_twice_as_far_and_no_further()
    {
        const string count = "globalThis.n = 0; for (;;) n++;";
        foreach (var gas in new[] { 1_000_000L, 2_000_000, 20_000_000 })
        {
            var outcome = EngineThread.Evaluate(count, Limits with { Gas = gas });
            Assert.Equal((ScriptStatus.OutOfGas, gas), (outcome.Status, outcome.GasUsed));
        }
    }

    private static string LineOf(string file, ScriptOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path.GetFileNameWithoutExtension(file)} {outcome.Status} {outcome.GasUsed} {outcome.MemoryBytes >> 16}");
}
