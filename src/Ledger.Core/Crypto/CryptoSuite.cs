using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Ledger.Core.Crypto;

/// <summary>
/// The cryptographic algorithms of a channel, chosen in its genesis: one hash function and one signature scheme.
/// Signatures are 64 bytes (r || s), public keys 33 bytes (compressed point).
/// </summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/crypto.md.</remarks>
public abstract class CryptoSuite
{
    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = 64;

    /// <summary>Length of an encoded public key in bytes.</summary>
    public const int PublicKeySize = 33;

    /// <summary>Length of a secret key in bytes.</summary>
    public const int SecretKeySize = 32;

    /// <summary>The suite's name as written in genesis, such as <c>secp256k1-sha256</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The suite's hash function.</summary>
    public abstract HashFunction Hash { get; }

    /// <summary>Parses a compressed public key; refuses anything that is not a point of the curve.</summary>
    public abstract bool TryParsePublicKey(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PublicKey? key);

    /// <summary>Parses a compressed public key in hexadecimal, of either case; refuses anything else.</summary>
    public bool TryParsePublicKeyHex(ReadOnlySpan<char> hex, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        Span<byte> encoded = stackalloc byte[PublicKeySize];
        return Convert.FromHexString(hex, encoded, out _, out var written) == OperationStatus.Done
            && TryParsePublicKey(encoded[..written], out key);
    }

    /// <summary>
    /// Whether <paramref name="signature"/> is a valid signature of <paramref name="message"/> for the purpose
    /// <paramref name="tag"/>. High-s signatures are refused. Never throws for hostile input.
    /// </summary>
    public abstract bool Verify(PublicKey key, DomainTag tag, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>Creates a signer from a 32-byte secret key.</summary>
    /// <exception cref="ArgumentException">The secret is not in 1..order-1.</exception>
    public abstract ISigner CreateSigner(ReadOnlySpan<byte> secretKey);
}

/// <summary>Signs with one secret key. Deterministic (RFC 6979) and safe for concurrent use.</summary>
public interface ISigner
{
    /// <summary>The public half.</summary>
    PublicKey PublicKey { get; }

    /// <summary>
    /// Signs <paramref name="message"/> for the purpose <paramref name="tag"/>; returns 64 bytes, low-s.
    /// </summary>
    byte[] Sign(DomainTag tag, ReadOnlySpan<byte> message);
}

/// <summary>
/// Signs bare digests, where another standard prescribes what is signed (the libp2p handshake, ES256K). Nothing on the chain
/// is ever signed this way. Deterministic and safe for concurrent use.
/// </summary>
public interface IDigestSigner
{
    /// <summary>Signs a 32-byte digest; returns 64 bytes, low-s.</summary>
    byte[] SignDigest(ReadOnlySpan<byte> digest);
}

/// <summary>A parsed public key of some suite. Immutable; equality is by its encoding.</summary>
public abstract class PublicKey : IEquatable<PublicKey>
{
    private readonly byte[] _encoded;

    /// <summary>Takes ownership of the key's compressed encoding.</summary>
    protected PublicKey(byte[] encoded, HashFunction hash)
    {
        _encoded = encoded;
        Id = new KeyId(hash.Hash(DomainTag.Key, encoded));
    }

    /// <summary>The compressed point, 33 bytes.</summary>
    public ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>The key's id: the hash of its encoding.</summary>
    public KeyId Id { get; }

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && other.Id == Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Convert.ToHexStringLower(_encoded);
}

/// <summary>Identifies a public key: H("ledger/key/1" || 0x00 || compressed key).</summary>
public readonly record struct KeyId(Hash256 Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
