using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;

namespace Ledger.Core.Tests.Receipts;

/// <summary>The suite of every test channel, counting the signatures and the tree nodes that it computes.</summary>
internal sealed class CountingSuite : CryptoSuite
{
    private readonly CountingHash _hash = new();

    public int Verified { get; private set; }

    public int Nodes => _hash.Nodes;

    public override string Name => Secp256k1Suite.SuiteName;

    public override HashFunction Hash => _hash;

    public override bool TryParsePublicKey(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PublicKey? key) =>
        Secp256k1Suite.Default.TryParsePublicKey(encoded, out key);

    public override bool Verify(PublicKey key, DomainTag tag, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Verified++;
        return Secp256k1Suite.Default.Verify(key, tag, message, signature);
    }

    public override ISigner CreateSigner(ReadOnlySpan<byte> secretKey) => Secp256k1Suite.Default.CreateSigner(secretKey);

    public void Reset() => (Verified, _hash.Nodes) = (0, 0);

    private sealed class CountingHash : HashFunction
    {
        private const int NodeBytes = 1 + (2 * Hash256.Size);

        public int Nodes { get; set; }

        public override string Name => Sha256.Instance.Name;

        public override Hash256 Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
        {
            if (first.IsEmpty && second.Length == NodeBytes && second[0] == 1) Nodes++;
            return Sha256.Instance.Hash(first, second);
        }

        public override Hash256 Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) =>
            Sha256.Instance.Hmac(key, data);

        public override IIncrementalHash StartIncremental() => Sha256.Instance.StartIncremental();
    }
}
