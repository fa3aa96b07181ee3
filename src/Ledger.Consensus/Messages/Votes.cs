using Ledger.Core.Blocks;
using Ledger.Core.Encoding;

namespace Ledger.Consensus.Messages;

/// <summary>
/// PRE-PREPARE (OSDI '99 section 4.2): the primary gives a proposal its height. The signature covers the proposal's
/// digest; the proposal itself is attached.
/// </summary>
public sealed class PrePrepare : Vote
{
    internal PrePrepare(
        ValidatorIndex signer,
        View view,
        Proposal proposal,
        ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<byte> signature)
        : base(
            MessageKind.PrePrepare, signer, new VoteContent(view, proposal.Height, proposal.Digest), payload, signature)
    {
        Proposal = proposal;
    }

    /// <summary>The proposal.</summary>
    public Proposal Proposal { get; }

    private protected override void WriteAttachments(CanonicalWriter writer) =>
        writer.Message(5, Proposal.Encoded.Span);
}

/// <summary>PREPARE (section 4.2): a backup holds, has checked, and accepts the proposal.</summary>
public sealed class Prepare : Vote
{
    internal Prepare(
        ValidatorIndex signer, VoteContent content, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> signature)
        : base(MessageKind.Prepare, signer, content, payload, signature)
    {
    }
}

/// <summary>
/// COMMIT (section 4.2): the signer holds a prepared certificate, and every later view-change of it will too.
/// </summary>
public sealed class Commit : Vote
{
    internal Commit(
        ValidatorIndex signer, VoteContent content, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> signature)
        : base(MessageKind.Commit, signer, content, payload, signature)
    {
    }
}
