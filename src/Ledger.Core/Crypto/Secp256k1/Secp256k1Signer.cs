namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>Holds one secret key for as long as it lives. Safe for concurrent use.</summary>
internal sealed class Secp256k1Signer : ISigner, IDigestSigner
{
    private readonly Secp256k1Suite _suite;
    private readonly byte[] _secretKey;

    public Secp256k1Signer(Secp256k1Suite suite, ReadOnlySpan<byte> secretKey, PublicKey publicKey)
    {
        _suite = suite;
        PublicKey = publicKey;
        // Pinned, so that the collector leaves no copies behind when it compacts the heap.
        _secretKey = GC.AllocateUninitializedArray<byte>(secretKey.Length, pinned: true);
        secretKey.CopyTo(_secretKey);
    }

    public PublicKey PublicKey { get; }

    public byte[] Sign(DomainTag tag, ReadOnlySpan<byte> message)
    {
        var digest = _suite.Hash.Hash(tag, message);
        return SignDigest(digest.AsSpan());
    }

    public byte[] SignDigest(ReadOnlySpan<byte> digest)
    {
        var signature = new byte[CryptoSuite.SignatureSize];
        _suite.SignDigest(_secretKey, digest, signature);
        return signature;
    }
}
