using Ledger.Contracts.Runtime;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Execution;
using Ledger.Node.Options;

namespace Ledger.Node.Contracts;

/// <summary>
/// The engines that this software can execute contracts with, by id. A channel names one in its genesis document; old ones
/// stay here, so that old blocks can be executed again (PITFALLS P12). Immutable.
/// </summary>
internal sealed class ContractEngines(IReadOnlyDictionary<Hash256, Func<Genesis, IContractRuntime>> engines)
{
    /// <summary>None at all: enough for a channel without contracts.</summary>
    public static ContractEngines None { get; } = new(new Dictionary<Hash256, Func<Genesis, IContractRuntime>>());

    /// <summary>Those that are built in.</summary>
    public static ContractEngines BuiltIn { get; } = new(KnownEngines.All.ToDictionary(
        id => id, Func<Genesis, IContractRuntime> (id) => genesis => KnownEngines.Open(id, OptionsOf(genesis))));

    /// <summary>
    /// Prepares a runtime of the channel's engine; null when the channel has no contracts. Loading goes on beside the
    /// caller, and whoever first needs the runtime waits for it.
    /// </summary>
    /// <exception cref="ConfigurationException">This software does not have the channel's engine.</exception>
    public IContractRuntime? Open(Genesis genesis)
    {
        if (genesis.Parameters.Contracts is not { } contracts) return null;
        if (engines.TryGetValue(contracts.Engine, out var open)) return new LoadingRuntime(() => open(genesis));
        var known = engines.Count == 0 ? "none" : string.Join(", ", engines.Keys.Order().Select(id => id.ToString()));
        throw new ConfigurationException(
            $"the genesis document names contract engine {contracts.Engine}, which this software does not have "
            + $"(it has {known}); install the version that the consortium runs, or run scripts/setup");
    }

    private static ContractRuntimeOptions OptionsOf(Genesis genesis)
    {
        var parameters = genesis.Parameters.Contracts!;
        var options = new ContractRuntimeOptions();
        return options with
        {
            Suite = genesis.Suite,
            MaxGas = (long)Math.Max(parameters.MaxCallGas, parameters.MaxDeployGas),
            MaxPages = (int)parameters.MemoryPages,
            // One call fits the share of a block that scheduled calls have.
            ScheduledGas = Math.Min(options.ScheduledGas, (long)parameters.MaxBlockGas / BlockExecutor.DueShare),
        };
    }
}
