using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Consensus.Messages;

/// <summary>Makes and signs this replica's own messages. Pure: signatures are deterministic (RFC 6979).</summary>
internal sealed class MessageFactory
{
    private readonly ChannelBinding _binding;
    private readonly ValidatorIndex _self;
    private readonly ISigner _signer;

    public MessageFactory(ChannelBinding binding, ValidatorIndex self, ISigner signer)
    {
        _binding = binding;
        _self = self;
        _signer = signer;
    }

    public PrePrepare PrePrepare(View view, Proposal proposal)
    {
        var payload = _binding.VotePayload(view, proposal.Height, proposal.Digest);
        return new PrePrepare(_self, view, proposal, payload, _signer.Sign(ConsensusTags.PrePrepare, payload));
    }

    public Prepare Prepare(VoteContent content)
    {
        var payload = _binding.VotePayload(content.View, content.Height, content.Digest);
        return new Prepare(_self, content, payload, _signer.Sign(ConsensusTags.Prepare, payload));
    }

    public Commit Commit(VoteContent content)
    {
        var payload = _binding.VotePayload(content.View, content.Height, content.Digest);
        return new Commit(_self, content, payload, _signer.Sign(ConsensusTags.Commit, payload));
    }

    public Checkpoint Checkpoint(BlockHeight height, Hash256 headerHash)
    {
        var writer = new Core.Encoding.CanonicalWriter(96);
        _binding.WriteTo(writer);
        writer.UInt64(3, height.Value);
        writer.Hash(4, headerHash);
        var signature = _signer.Sign(DomainTag.Checkpoint, headerHash.AsSpan());
        return new Checkpoint(_self, height, headerHash, writer.ToArray(), signature);
    }

    public ViewChange ViewChange(ViewChangeContent content, IReadOnlyList<Proposal> proposals)
    {
        var payload = content.Encode(_binding);
        return new ViewChange(_self, content, proposals, payload, _signer.Sign(ConsensusTags.ViewChange, payload));
    }

    public NewView NewView(NewViewContent content)
    {
        var payload = content.Encode(_binding);
        return new NewView(_self, content, payload, _signer.Sign(ConsensusTags.NewView, payload));
    }

    public Status Status(StatusContent content) => new(_self, content, content.Encode(_binding));

    public StableNotice StableNotice(StableProof proof)
    {
        var writer = new Core.Encoding.CanonicalWriter(1024);
        _binding.WriteTo(writer);
        writer.Message(3, proof.HeaderBytes.Span);
        writer.Message(4, proof.Certificate.Encode());
        return new StableNotice(_self, proof, writer.ToArray());
    }
}
