using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;

namespace Ledger.Client.Verify;

/// <summary>A header whose certificate was checked against the genesis. Immutable.</summary>
/// <param name="Header">The header.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Bytes">Its exact bytes.</param>
/// <param name="Certificate">The certificate that holds over it.</param>
public sealed record CertifiedBlockHeader(
    BlockHeader Header, Hash256 Hash, ReadOnlyMemory<byte> Bytes, QuorumCertificate Certificate);
