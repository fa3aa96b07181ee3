using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;

namespace Ledger.Consensus.Messages;

/// <summary>
/// Proof that a height is certified. The certificate covers a header's hash; the header binds that hash to its height.
/// </summary>
public sealed class StableProof
{
    internal StableProof(
        BlockHeader header, ReadOnlyMemory<byte> headerBytes, Hash256 hash, QuorumCertificate certificate)
    {
        Header = header;
        HeaderBytes = headerBytes;
        HeaderHash = hash;
        Certificate = certificate;
    }

    /// <summary>The header, decoded.</summary>
    public BlockHeader Header { get; }

    /// <summary>The header's exact bytes.</summary>
    public ReadOnlyMemory<byte> HeaderBytes { get; }

    /// <summary>The header's hash.</summary>
    public Hash256 HeaderHash { get; }

    /// <summary>The certificate over that hash.</summary>
    public QuorumCertificate Certificate { get; }

    /// <summary>The certified height.</summary>
    public BlockHeight Height => Header.Height;
}
