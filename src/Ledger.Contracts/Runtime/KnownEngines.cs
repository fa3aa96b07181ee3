using Ledger.Core.Crypto;

namespace Ledger.Contracts.Runtime;

/// <summary>The engines that this software executes contracts with, by id.</summary>
public static class KnownEngines
{
    /// <summary>The engine that new channels name; null while none is built in.</summary>
    public static Hash256? Newest => null;

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Hash256> All => [];

    /// <summary>Makes a runtime with an engine.</summary>
    /// <exception cref="ArgumentException">There is no such engine.</exception>
    public static IContractRuntime Open(Hash256 engine, ContractRuntimeOptions options) =>
        throw new ArgumentException($"there is no engine {engine}", nameof(engine));
}
