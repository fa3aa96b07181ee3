using System.Diagnostics.CodeAnalysis;

namespace Ledger.Core.Crypto;

/// <summary>The suites that this build knows, by the name written in genesis.</summary>
/// <remarks>Safe for concurrent use. docs/spec/crypto.md lists the names.</remarks>
public static class CryptoSuites
{
    /// <summary>The names that <see cref="TryGet"/> accepts.</summary>
    public static IReadOnlyList<string> Names { get; } = [Secp256k1Suite.SuiteName];

    /// <summary>Finds a suite by its exact name.</summary>
    public static bool TryGet(string? name, [NotNullWhen(true)] out CryptoSuite? suite)
    {
        suite = name == Secp256k1Suite.SuiteName ? Secp256k1Suite.Default : null;
        return suite is not null;
    }
}
