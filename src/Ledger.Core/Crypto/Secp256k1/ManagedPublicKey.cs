using System.Security.Cryptography;

namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>A key imported into the framework's ECDSA. Safe for concurrent use.</summary>
internal sealed class ManagedPublicKey(byte[] encoded, ECDsa key) : Secp256k1PublicKey(encoded)
{
    // The framework does not promise that one key object serves several threads.
    private readonly Lock _gate = new();

    public bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        lock (_gate) return key.VerifyHash(digest, signature);
    }
}
