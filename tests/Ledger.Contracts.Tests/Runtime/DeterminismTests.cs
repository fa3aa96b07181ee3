using System.Text;
using System.Text.Json;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Runtime.Script;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Tests.Runtime;

[Collection(SharedEngineTests.Name)]
public sealed class DeterminismTests(ContractThread thread)
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    [Fact]
    public void P21_the_same_history_gives_the_same_bytes_whatever_is_cached_and_whichever_engine_runs_it()
    {
        using var first = new ContractChain(thread);
        using var cold = new ContractChain(thread);
        using var tiny = new ContractChain(thread, new ContractRuntimeOptions { CacheBytes = 0 });
        var options = new ScriptEngineOptions { Bootstrap = ContractBootstrap.Source };
        using var other = thread.Run(() => new ScriptEngine(options));
        using var second = new ContractChain(other, on: thread.Run);

        GoldenHistory.Run(first);
        GoldenHistory.Run(cold, cold.Runtime.ClearCache);
        GoldenHistory.Run(tiny);
        GoldenHistory.Run(second);

        var lines = first.History.Select(GoldenHistory.Line).ToArray();
        Assert.Equal(lines, cold.History.Select(GoldenHistory.Line));
        Assert.Equal(lines, tiny.History.Select(GoldenHistory.Line));
        Assert.Equal(lines, second.History.Select(GoldenHistory.Line));
        Assert.Equal(first.State(), cold.State());
        // The four went different ways to get there.
        Assert.Equal(4, first.Runtime.ImagesBuilt);
        Assert.True(cold.Runtime.ImagesBuilt > 30, "cold");
        Assert.True(tiny.Runtime.ImagesBuilt > 20, "tiny");
    }

    [Fact]
    public void P12_the_history_that_was_recorded_with_this_engine_comes_out_the_same()
    {
        using var chain = new ContractChain(thread);
        GoldenHistory.Run(chain);

        Vectors.Check("contract-history.json", JsonSerializer.Serialize(
            new
            {
                engine = chain.Engine.Id.ToString(),
                about = "Outcomes in canonical bytes, and SHA-256 over the lines of GoldenHistory.cs.",
                transactions = chain.History.Select(e => new
                {
                    status = e.Outcome.Status.ToString(),
                    gas = e.Outcome.GasUsed,
                    outcome = Convert.ToHexStringLower(e.Outcome.Encode()),
                    writes = e.Writes.Count,
                    writes_hash = Sha256.Instance.Hash(Encoding.UTF8.GetBytes(GoldenHistory.Line(e))).ToString(),
                }),
            },
            Layout) + "\n");
        Assert.Equal(
            [ContractStatus.Returned, ContractStatus.Failed, ContractStatus.OutOfGas, ContractStatus.Refused],
            chain.History.Select(e => e.Outcome.Status).Distinct().Order());
    }
}
