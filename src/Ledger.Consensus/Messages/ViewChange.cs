using Ledger.Core.Blocks;
using Ledger.Core.Encoding;

namespace Ledger.Consensus.Messages;

/// <summary>
/// VIEW-CHANGE (OSDI '99 section 4.4): the signer asks for a view and shows its stable checkpoint and all that is
/// prepared above it. The signature covers the certificates; the proposals are attached, and are left out inside a
/// new-view.
/// </summary>
public sealed class ViewChange : ConsensusMessage
{
    internal ViewChange(
        ValidatorIndex signer,
        ViewChangeContent content,
        IReadOnlyList<Proposal> proposals,
        ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<byte> signature)
        : base(MessageKind.ViewChange, signer, payload, signature)
    {
        NewView = content.NewView;
        Stable = content.Stable;
        Prepared = content.Prepared;
        Proposals = proposals;
        Content = content;
    }

    /// <summary>The view asked for.</summary>
    public View NewView { get; }

    /// <summary>The stable checkpoint; null for genesis.</summary>
    public StableProof? Stable { get; }

    /// <summary>The stable height.</summary>
    public BlockHeight StableHeight => Stable?.Height ?? default;

    /// <summary>What is prepared above the stable height, ascending; within the window.</summary>
    public IReadOnlyList<PreparedCertificate> Prepared { get; }

    /// <summary>The proposals of <see cref="Prepared"/>, one for each; none inside a new-view.</summary>
    public IReadOnlyList<Proposal> Proposals { get; }

    internal ViewChangeContent Content { get; }

    /// <summary>The same signed message without its attachments.</summary>
    internal ViewChange WithoutProposals() => new(Signer, Content, [], Payload, Signature);

    private protected override void WriteAttachments(CanonicalWriter writer)
    {
        foreach (var proposal in Proposals) writer.Message(5, proposal.Encoded.Span);
    }
}

/// <summary>The values of a view-change's payload after its channel binding.</summary>
internal sealed record ViewChangeContent(
    View NewView,
    StableProof? Stable,
    IReadOnlyList<PreparedCertificate> Prepared)
{
    public byte[] Encode(ChannelBinding binding)
    {
        var writer = new CanonicalWriter(1024);
        binding.WriteTo(writer);
        writer.UInt64(3, NewView.Value);
        if (Stable is not null)
        {
            writer.Message(4, Stable.HeaderBytes.Span);
            writer.Message(5, Stable.Certificate.Encode());
        }

        foreach (var certificate in Prepared)
        {
            var start = writer.BeginMessage(6);
            certificate.WriteTo(writer);
            writer.EndMessage(start);
        }

        return writer.ToArray();
    }
}
