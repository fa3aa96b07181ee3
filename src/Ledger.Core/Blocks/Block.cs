using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Transactions;

namespace Ledger.Core.Blocks;

/// <summary>An executed block: header, transactions and their results, in order. Immutable.</summary>
/// <param name="Header">The header.</param>
/// <param name="Hash">The header's hash.</param>
/// <param name="Transactions">The transactions; as many as the header counts.</param>
/// <param name="Results">Their results, one for each.</param>
public sealed record Block(
    BlockHeader Header,
    Hash256 Hash,
    IReadOnlyList<SignedTransaction> Transactions,
    IReadOnlyList<TransactionResult> Results);

/// <summary>A header with the quorum certificate that makes it final.</summary>
/// <param name="HeaderBytes">The header's exact bytes.</param>
/// <param name="Certificate">The certificate over their hash.</param>
public sealed record CertifiedHeader(ReadOnlyMemory<byte> HeaderBytes, QuorumCertificate Certificate);
