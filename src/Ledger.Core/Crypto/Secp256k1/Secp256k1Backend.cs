namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>
/// The arithmetic below <see cref="Secp256k1Suite"/>. The suite checks lengths and ranges before it calls, so that one
/// set of rules decides for every back end.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal abstract class Secp256k1Backend
{
    /// <summary>Whether this is libsecp256k1.</summary>
    public abstract bool IsNative { get; }

    /// <summary>Decompresses a key of 33 bytes that starts with 2 or 3; null if no point has that x.</summary>
    public abstract Secp256k1PublicKey? ParsePublicKey(ReadOnlySpan<byte> encoded);

    /// <summary>The public half of a secret in 1..order-1.</summary>
    public abstract Secp256k1PublicKey DerivePublicKey(ReadOnlySpan<byte> secretKey);

    /// <summary>
    /// Checks a signature with r in 1..order-1 and s in 1..order/2 over a 32-byte digest. Does not throw.
    /// </summary>
    public abstract bool Verify(Secp256k1PublicKey key, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature);

    /// <summary>Signs a digest below the order: RFC 6979 nonce, low-s, 64 bytes.</summary>
    public abstract void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> digest, Span<byte> signature);
}
