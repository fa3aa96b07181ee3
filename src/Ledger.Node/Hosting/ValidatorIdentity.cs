using Ledger.Core.Crypto;
using Ledger.Network.Security;
using Ledger.Node.Options;

namespace Ledger.Node.Hosting;

/// <summary>A validator's key as its identity on the network: the same key that signs votes.</summary>
internal sealed class ValidatorIdentity(ISigner signer) : IPeerIdentity
{
    private readonly IDigestSigner _digests = signer as IDigestSigner
        ?? throw new ConfigurationException("the validator's key cannot sign network handshakes; secp256k1 is needed");

    public ReadOnlySpan<byte> PublicKey => signer.PublicKey.Encoded;

    public byte[] SignDigest(ReadOnlySpan<byte> digest) => _digests.SignDigest(digest);
}
