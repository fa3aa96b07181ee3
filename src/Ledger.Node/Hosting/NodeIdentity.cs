using Ledger.Core.Crypto;
using Ledger.Network.Security;
using Ledger.Node.Options;

namespace Ledger.Node.Hosting;

/// <summary>A node's key as its identity on the network; a validator's is the key that signs its votes.</summary>
internal sealed class NodeIdentity(ISigner signer) : IPeerIdentity
{
    private readonly IDigestSigner _digests = signer as IDigestSigner
        ?? throw new ConfigurationException("the node's key cannot sign network handshakes; secp256k1 is needed");

    public ReadOnlySpan<byte> PublicKey => signer.PublicKey.Encoded;

    public byte[] SignDigest(ReadOnlySpan<byte> digest) => _digests.SignDigest(digest);
}
