using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Consensus.Messages;

/// <summary>
/// Verifies the signatures of one message, the outer one first. Remembers what it verified: the view-changes in a
/// new-view mostly repeat the same certificates. Made for one message and dropped.
/// </summary>
internal sealed class SignatureVerifier
{
    private readonly ChannelBinding _binding;
    private readonly ValidatorSet _validators;
    private readonly CryptoSuite _suite;

    // At most one entry for each signature in the message, whose size is bounded.
    private readonly SortedSet<Hash256> _verified = [];

    public SignatureVerifier(ChannelBinding binding, ValidatorSet validators, CryptoSuite suite)
    {
        _binding = binding;
        _validators = validators;
        _suite = suite;
    }

    public AuthenticationFault Verify(ConsensusMessage message)
    {
        if (!VerifyOwn(message)) return AuthenticationFault.SignatureInvalid;
        var holds = message switch
        {
            ViewChange viewChange => VerifyInside(viewChange),
            NewView newView => VerifyInside(newView),
            StableNotice notice => Verify(notice.Proof),
            _ => true,
        };
        return holds ? AuthenticationFault.None : AuthenticationFault.NestedSignatureInvalid;
    }

    private bool VerifyOwn(ConsensusMessage message)
    {
        if (message is Checkpoint checkpoint)
        {
            var hash = checkpoint.HeaderHash;
            var signed = QuorumCertificate.SignedBytes(hash);
            return Holds(message.Signer, DomainTag.Checkpoint, signed, message.Signature.Span);
        }

        DomainTag? tag = message.Kind switch
        {
            MessageKind.PrePrepare => ConsensusTags.PrePrepare,
            MessageKind.Prepare => ConsensusTags.Prepare,
            MessageKind.Commit => ConsensusTags.Commit,
            MessageKind.ViewChange => ConsensusTags.ViewChange,
            MessageKind.NewView => ConsensusTags.NewView,
            _ => null,
        };
        return tag is null || Holds(message.Signer, tag, message.Payload.Span, message.Signature.Span);
    }

    private bool VerifyInside(ViewChange viewChange)
    {
        if (viewChange.Stable is not null && !Verify(viewChange.Stable)) return false;
        foreach (var certificate in viewChange.Prepared)
        {
            if (!Verify(certificate)) return false;
        }

        return true;
    }

    private bool VerifyInside(NewView newView)
    {
        // The cheap ones first: one signature for each nested message, before what those contain.
        foreach (var viewChange in newView.ViewChanges)
        {
            if (!VerifyOwn(viewChange)) return false;
        }

        foreach (var prePrepare in newView.PrePrepares)
        {
            if (!VerifyOwn(prePrepare)) return false;
        }

        foreach (var viewChange in newView.ViewChanges)
        {
            if (!VerifyInside(viewChange)) return false;
        }

        return true;
    }

    private bool Verify(PreparedCertificate certificate)
    {
        var payload = _binding.VotePayload(certificate.View, certificate.Height, certificate.Digest);
        if (!HoldsOnce(certificate.PrePrepare, ConsensusTags.PrePrepare, payload)) return false;
        foreach (var prepare in certificate.Prepares)
        {
            if (!HoldsOnce(prepare, ConsensusTags.Prepare, payload)) return false;
        }

        return true;
    }

    private bool Verify(StableProof proof)
    {
        var key = _suite.Hash.Hash(proof.Certificate.Encode());
        if (_verified.Contains(key)) return true;
        var hash = proof.HeaderHash;
        if (proof.Certificate.Verify(hash, _validators, _suite) != CertificateFault.None) return false;
        _verified.Add(key);
        return true;
    }

    private bool HoldsOnce(VoteSignature vote, DomainTag tag, ReadOnlySpan<byte> payload)
    {
        byte[] claim = [.. tag.Prefix, .. payload, (byte)vote.Signer.Value, .. vote.Signature.Span];
        var key = _suite.Hash.Hash(claim);
        if (_verified.Contains(key)) return true;
        if (!Holds(vote.Signer, tag, payload, vote.Signature.Span)) return false;
        _verified.Add(key);
        return true;
    }

    private bool Holds(
        ValidatorIndex signer, DomainTag tag, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        _suite.Verify(_validators[signer].Key, tag, message, signature);
}
