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

    [Fact]
    public void A_channel_without_contracts_needs_none() => Assert.Null(ContractEngines.None.Open(A.Genesis()));
}
