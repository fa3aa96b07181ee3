using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Log;
using Ledger.Consensus.Messages;
using Ledger.Core.Accountability;

namespace Ledger.Consensus;

/// <content>Accountability: contradictions become evidence (docs/spec/consensus.md section 11).</content>
public sealed partial class Replica
{
    // By validator: the highest view for which a contradicting view-change was reported. Bound: one for each validator.
    private readonly View[] _reportedViewChanges;

    private void ReportFault(Slot slot, FaultKind kind, ConsensusMessage first, ConsensusMessage second)
    {
        var culprit = first.Signer;
        Drop(DropReason.Contradiction, culprit);
        if (slot.FaultReported[culprit.Value]) return;
        slot.FaultReported[culprit.Value] = true;
        Emit(new FaultFound(new FaultEvidence(culprit, kind, first, second)));
    }

    /// <summary>
    /// Somebody prepared another proposal than the one that is held here: the primary told us different things, and
    /// each of us holds one half of the proof. The other half is sent to whoever is known to hold the first; once for
    /// each validator and slot, as each validator's prepare counts once.
    /// </summary>
    private void ExposeEquivocation(Slot slot, Prepare prepare)
    {
        if (slot.PrePrepare is { } held && held.Digest != prepare.Digest && held.Signer != _options.Self)
            Emit(new Send(prepare.Signer, held));
    }

    // As above, for prepares that came before the proposal.
    private void ExposeEquivocation(Slot slot)
    {
        foreach (var prepare in slot.Prepares)
        {
            if (prepare is not null && prepare.Signer != _options.Self) ExposeEquivocation(slot, prepare);
        }
    }

    /// <summary>Holds a view-change against what its signer, and those whom it cites, said before.</summary>
    private void ExamineViewChange(ViewChange viewChange)
    {
        var signer = viewChange.Signer;
        if (_viewChanges[signer] is { } held
            && held.NewView == viewChange.NewView
            && !held.Payload.Span.SequenceEqual(viewChange.Payload.Span)
            && _reportedViewChanges[signer.Value] < viewChange.NewView)
        {
            _reportedViewChanges[signer.Value] = viewChange.NewView;
            Emit(new FaultFound(
                new FaultEvidence(signer, FaultKind.ContradictingViewChanges, held, viewChange)));
        }

        foreach (var slot in _log.Slots())
        {
            if (slot.Commits[signer.Value] is not { } commit
                || commit.View >= viewChange.NewView
                || !Concealment.IsAccountable(viewChange, _binding.Base, commit.Height, _options.Window)
                || Concealment.Shows(viewChange, new VoteContent(commit.View, commit.Height, commit.Digest)))
            {
                continue;
            }

            ReportFault(slot, FaultKind.ConcealedCertificate, commit, viewChange);
        }

        for (var i = 0; i < viewChange.Proposals.Count; i++)
            ExamineCertificate(viewChange.Prepared[i], viewChange.Proposals[i]);
    }

    // The votes that a certificate cites, against those that were received from the same validators.
    private void ExamineCertificate(PreparedCertificate certificate, Proposal proposal)
    {
        if (_log.Find(certificate.Height) is not { } slot) return;
        var content = certificate.Content;
        if (slot.PrePrepare is { } held && held.View == content.View && held.Digest != content.Digest)
        {
            var payload = _binding.VotePayload(content.View, content.Height, content.Digest);
            var cited = certificate.PrePrepare;
            ReportFault(
                slot,
                FaultKind.ContradictingProposals,
                held,
                new PrePrepare(cited.Signer, content.View, proposal, payload, cited.Signature));
        }

        foreach (var cited in certificate.Prepares)
        {
            if (slot.Prepares[cited.Signer.Value] is not { } prepare
                || prepare.View != content.View || prepare.Digest == content.Digest)
            {
                continue;
            }

            var payload = _binding.VotePayload(content.View, content.Height, content.Digest);
            ReportFault(
                slot,
                FaultKind.ContradictingPrepares,
                prepare,
                new Prepare(cited.Signer, content, payload, cited.Signature));
        }
    }
}
