using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;

namespace Ledger.Testing.Consensus;

/// <summary>
/// A suite whose signatures are hashes: fast, deterministic, and worthless as cryptography. Counts its work, so that
/// tests can assert how much a protocol step costs. Use one instance for each cluster.
/// </summary>
public sealed class FakeSuite : CryptoSuite
{
    private static readonly DomainTag KeyTag = new("ledger-testing/fake-key/1");
    private long _signings;
    private long _verifications;

    public override string Name => "fake";

    public override HashFunction Hash => Sha256.Instance;

    public long Signings => Interlocked.Read(ref _signings);

    public long Verifications => Interlocked.Read(ref _verifications);

    public override bool TryParsePublicKey(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PublicKey? key)
    {
        key = encoded.Length == PublicKeySize && encoded[0] == 2 ? new FakeKey(encoded.ToArray()) : null;
        return key is not null;
    }

    public override bool Verify(PublicKey key, DomainTag tag, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Interlocked.Increment(ref _verifications);
        return signature.SequenceEqual(Signature(key, tag, message));
    }

    public override ISigner CreateSigner(ReadOnlySpan<byte> secretKey)
    {
        byte[] encoded = [2, .. Hash.Hash(KeyTag, secretKey).AsSpan()];
        return new FakeSigner(this, new FakeKey(encoded));
    }

    /// <summary>The signer number <paramref name="index"/>.</summary>
    public ISigner SignerOf(int index)
    {
        var secret = new byte[SecretKeySize];
        BinaryPrimitives.WriteInt32LittleEndian(secret, index + 1);
        return CreateSigner(secret);
    }

    private static byte[] Signature(PublicKey key, DomainTag tag, ReadOnlySpan<byte> message)
    {
        byte[] prefix = [.. key.Encoded, .. tag.Prefix];
        var half = Sha256.Instance.Hash(prefix, message);
        return [.. half.AsSpan(), .. half.AsSpan()];
    }

    private sealed class FakeKey(byte[] encoded) : PublicKey(encoded, Sha256.Instance);

    private sealed class FakeSigner(FakeSuite suite, PublicKey key) : ISigner
    {
        public PublicKey PublicKey => key;

        public byte[] Sign(DomainTag tag, ReadOnlySpan<byte> message)
        {
            Interlocked.Increment(ref suite._signings);
            return Signature(key, tag, message);
        }
    }
}
