using Ledger.Contracts.Engine;
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
/// <param name="engines">What opens each.</param>
/// <param name="problemOf">Why the engine's precompiled code is not used, if so; asked when an engine is open.</param>
internal sealed partial class ContractEngines(
    IReadOnlyDictionary<Hash256, Func<Genesis, IContractRuntime>> engines, Func<string?>? problemOf = null)
{
    /// <summary>None at all: enough for a channel without contracts.</summary>
    public static ContractEngines None { get; } = new(new Dictionary<Hash256, Func<Genesis, IContractRuntime>>());

    /// <summary>Those that are built in.</summary>
    public static ContractEngines BuiltIn { get; } = new(
        KnownEngines.All.ToDictionary(
            id => id, Func<Genesis, IContractRuntime> (id) => genesis => KnownEngines.Open(id, OptionsOf(genesis))),
        () => PrecompiledEngine.Problem);

    /// <summary>
    /// Prepares a runtime of the channel's engine; null when the channel has no contracts. Loading goes on beside the
    /// caller, and whoever first needs the runtime waits for it.
    /// </summary>
    /// <param name="genesis">The channel's.</param>
    /// <param name="logger">Is told when the engine's precompiled code cannot be used.</param>
    /// <exception cref="ConfigurationException">This software does not have the channel's engine.</exception>
    public IContractRuntime? Open(Genesis genesis, ILogger? logger = null)
    {
        if (genesis.Parameters.Contracts is not { } contracts) return null;
        if (engines.TryGetValue(contracts.Engine, out var open)) return new LoadingRuntime(() => Load(open, genesis, logger));
        var known = engines.Count == 0 ? "none" : string.Join(", ", engines.Keys.Order().Select(id => id.ToString()));
        throw new ConfigurationException(
            $"the genesis document names contract engine {contracts.Engine}, which this software does not have "
            + $"(it has {known}); install the version that the consortium runs, or run scripts/setup");
    }

    private IContractRuntime Load(Func<Genesis, IContractRuntime> open, Genesis genesis, ILogger? logger)
    {
        var runtime = open(genesis);
        if (logger is not null && problemOf?.Invoke() is { } problem)
            LogNotPrecompiled(logger, PrecompiledEngine.FileName, problem);
        return runtime;
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

    [LoggerMessage(4160, LogLevel.Warning,
        "The contract engine's precompiled code {File} is not used, and was compiled anew: {Problem} Results are the same; "
        + "starting takes longer. Build, publish or install this version again.")]
    private static partial void LogNotPrecompiled(ILogger logger, string file, string problem);
}
