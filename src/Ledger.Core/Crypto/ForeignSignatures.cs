namespace Ledger.Core.Crypto;

/// <summary>
/// Verifies signatures over digests that another standard prescribes: COSE, signed notes. The counterpart of
/// <see cref="IDigestSigner"/>.
/// </summary>
/// <remarks>
/// Stateless and safe for concurrent use. Whoever uses it shows why what that standard signs can never be taken for one
/// of our tagged messages (docs/spec/crypto.md).
/// </remarks>
public static class ForeignSignatures
{
    /// <summary>
    /// Whether a signature of 64 bytes, r || s with low s, holds over a digest of 32 bytes. Never throws for hostile
    /// input; false for a key of another suite.
    /// </summary>
    public static bool Verify(PublicKey key, in Hash256 digest, ReadOnlySpan<byte> signature) =>
        Secp256k1Suite.Default.VerifyDigest(key, digest.AsSpan(), signature);
}
