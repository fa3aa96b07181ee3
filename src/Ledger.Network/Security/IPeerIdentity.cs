namespace Ledger.Network.Security;

/// <summary>The key by which a node proves to its peers who it is.</summary>
/// <remarks>
/// It signs bare digests, because the libp2p handshake prescribes what is signed; nothing on the chain is ever signed
/// this way, and the prefix of the handshake digest keeps the two apart. Implementations are safe for every thread.
/// </remarks>
public interface IPeerIdentity
{
    /// <summary>The compressed secp256k1 public key, 33 bytes.</summary>
    ReadOnlySpan<byte> PublicKey { get; }

    /// <summary>
    /// Signs a 32-byte digest; answers r and s, 32 bytes each, with s in the lower half of the group order.
    /// </summary>
    byte[] SignDigest(ReadOnlySpan<byte> digest);
}
