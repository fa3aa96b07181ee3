using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Consensus.Messages;

/// <summary>Bounds on messages, which follow from the validator set and the channel's parameters.</summary>
internal sealed record MessageLimits(int Validators, QuorumSize Quorum, int Window, int MaxTransactions)
{
    /// <summary>
    /// No message is longer than this, whatever the parameters: a view change normally carries a few proposals, and
    /// what cannot be sent in 64 MiB could not be sent within a request timeout either.
    /// </summary>
    public const int AbsoluteMaxBytes = 64 << 20;

    public static MessageLimits For(ReplicaOptions options, ValidatorSet validators) =>
        new(validators.Count, validators.Quorum, options.Window, options.MaxTransactionsPerProposal);

    public int MaxProposalBytes => Proposal.MaxBytes(MaxTransactions);

    public int MaxCertificateBytes => 192 + (Quorum.Quorum * (CryptoSuite.SignatureSize + 16));

    public int MaxPrePrepareBytes => 256 + MaxProposalBytes;

    public int MaxViewChangeBytes =>
        Capped(1024L + BlockHeader.MaxBytes + QuorumCertificate.MaxBytes + ((long)Window * (MaxCertificateBytes + 8)));

    public int MaxMessageBytes =>
        Capped(1024L + ((long)Quorum.Quorum * MaxViewChangeBytes) + ((long)Window * (MaxPrePrepareBytes + 8)));

    private static int Capped(long bytes) => (int)Math.Min(bytes, AbsoluteMaxBytes);
}
