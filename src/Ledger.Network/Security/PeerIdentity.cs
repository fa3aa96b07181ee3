using System.Security.Cryptography;

namespace Ledger.Network.Security;

/// <summary>A peer identity whose secret key is in this process's memory.</summary>
/// <remarks>Safe for every thread: signing is serialised, since handshakes are rare and the key object is
/// not.</remarks>
public sealed class PeerIdentity : IPeerIdentity, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ECDsa _key;
    private readonly byte[] _publicKey;

    private PeerIdentity(ECDsa key)
    {
        _key = key;
        _publicKey = Secp256k1.Compress(key.ExportParameters(includePrivateParameters: false).Q);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>The identity of a secret scalar of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The bytes are not a scalar between 1 and the group order.</exception>
    public static PeerIdentity FromSecretKey(ReadOnlySpan<byte> secretKey)
    {
        var scalar = new System.Numerics.BigInteger(secretKey, isUnsigned: true, isBigEndian: true);
        if (secretKey.Length != Secp256k1.ScalarSize || scalar.IsZero || scalar >= Secp256k1.Order)
            throw new ArgumentException("not a secp256k1 secret key", nameof(secretKey));

        var copy = secretKey.ToArray();
        try
        {
            return new PeerIdentity(ECDsa.Create(new ECParameters { Curve = Secp256k1.Curve, D = copy }));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <summary>A new random identity.</summary>
    public static PeerIdentity Generate() => new(ECDsa.Create(Secp256k1.Curve));

    /// <inheritdoc/>
    public byte[] SignDigest(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != SHA256.HashSizeInBytes) throw new ArgumentException("not a digest", nameof(digest));
        lock (_gate)
        {
            var signature = _key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            Secp256k1.NormalizeSignature(signature);
            return signature;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
