using Ledger.Contracts.Runtime;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Contracts;
using Ledger.Node.Options;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Contracts;

public sealed class ContractEnginesTests
{
    [Fact]
    public void A_channel_whose_engine_is_not_there_is_refused_with_the_engines_name_and_what_to_do()
    {
        var genesis = A.Genesis(contracts: CounterRuntime.Parameters);

        var refusal = Assert.Throws<ConfigurationException>(() => ContractEngines.None.Open(genesis));

        Assert.Contains(CounterRuntime.Engine.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Contains("it has none", refusal.Message, StringComparison.Ordinal);
        using var there = CounterRuntime.Engines.Open(genesis);
        Assert.NotNull(there);
    }

    [Theory]
    [InlineData("it was written by another build.")]
    [InlineData(null)]
    public void Precompiled_code_of_the_engine_that_is_not_used_is_warned_of_and_the_channel_opens(string? problem)
    {
        var log = new ListLogger<ContractEngines>();
        var engines = new ContractEngines(
            new Dictionary<Hash256, Func<Genesis, IContractRuntime>> { [CounterRuntime.Engine] = _ => new CounterRuntime() },
            () => problem);

        using var runtime = engines.Open(A.Genesis(contracts: CounterRuntime.Parameters), log);

        // Loading has ended when the runtime answers.
        Assert.Null(runtime!.NextDue(new MemoryLedger()));
        if (problem is null)
        {
            Assert.Empty(log.Lines);
            return;
        }

        var line = Assert.Single(log.Lines);
        Assert.Contains(
            "Ledger.Contracts.Generated.dll is not used, and was compiled anew: " + problem, line, StringComparison.Ordinal);
        Assert.Contains("Build, publish or install this version again.", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_without_contracts_needs_none() => Assert.Null(ContractEngines.None.Open(A.Genesis()));
}
