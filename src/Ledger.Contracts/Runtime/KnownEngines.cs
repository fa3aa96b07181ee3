using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Script;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Runtime;

/// <summary>
/// The engines that this software executes contracts with, by id: the newest for new channels, and every one that a chain
/// may still name (PITFALLS P12).
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class KnownEngines
{
    private static readonly Lazy<IReadOnlyDictionary<Hash256, ScriptEngineOptions>> Options = new(FindOptions);

    /// <summary>The engine that new channels name.</summary>
    /// <exception cref="InvalidOperationException">The engine's binary was not built in.</exception>
    public static Hash256 Newest => ScriptEngine.IdOf(NewestOptions);

    /// <summary>All of them, the newest first.</summary>
    public static IReadOnlyCollection<Hash256> All => [.. Options.Value.Keys];

    private static ScriptEngineOptions NewestOptions { get; } = new() { Bootstrap = ContractBootstrap.Source };

    /// <summary>
    /// Makes a runtime with an engine. Takes some time, and a stack of <see cref="ScriptLimits.ThreadStackBytes"/>.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such engine.</exception>
    public static IContractRuntime Open(Hash256 engine, ContractRuntimeOptions options) =>
        Options.Value.TryGetValue(engine, out var found)
            ? new ContractRuntime(new ScriptEngine(found), options)
            : throw new ArgumentException($"there is no engine {engine}", nameof(engine));

    private static Dictionary<Hash256, ScriptEngineOptions> FindOptions() => new() { [Newest] = NewestOptions };
}
