using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Support;

/// <summary>The usual suite; counts the signatures that it verifies.</summary>
internal sealed class CountingSuite : CryptoSuite
{
    private int _verifications;

    public int Verifications => Volatile.Read(ref _verifications);

    /// <summary>What is run before a signature is verified.</summary>
    public Action? BeforeVerify { get; set; }

    public override string Name => A.Suite.Name;

    public override HashFunction Hash => A.Suite.Hash;

    public override bool TryParsePublicKey(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PublicKey? key) =>
        A.Suite.TryParsePublicKey(encoded, out key);

    public override bool Verify(PublicKey key, DomainTag tag, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        BeforeVerify?.Invoke();
        Interlocked.Increment(ref _verifications);
        return A.Suite.Verify(key, tag, message, signature);
    }

    public override ISigner CreateSigner(ReadOnlySpan<byte> secretKey) => A.Suite.CreateSigner(secretKey);
}
