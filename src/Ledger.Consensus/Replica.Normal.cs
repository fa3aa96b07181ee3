using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Log;
using Ledger.Consensus.Messages;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;

namespace Ledger.Consensus;

/// <content>Normal case (OSDI '99 section 4.2): pre-prepare, prepare, commit.</content>
public sealed partial class Replica
{
    // The highest height that was handed out for execution. Invariant: Executed <= _issued.
    private BlockHeight _issued;

    // Enter: the host fills the open slot. Section 4.2, first paragraph.
    private void OnProposalOffered(ProposalOffered offered)
    {
        if (OpenSlot != (offered.View, offered.Height) || TimeBefore(offered.Height) is not { } before) return;
        var earliest = new Timestamp(before.UnixMilliseconds + 1);
        var time = offered.Time < earliest ? earliest : offered.Time;
        var proposal = Proposal.Create(
            _binding.Epoch, offered.Height, time, _options.Self, offered.Ids, _suite.Hash);
        Invariant.Require(IsWellFormed(proposal));
        var prePrepare = _factory.PrePrepare(View, proposal);
        var slot = _log.Get(offered.Height);
        slot.Propose(prePrepare, reproposed: false);
        slot.Phase = SlotPhase.Accepted;
        Save(slot.Height, VoteRecordKind.Accepted, prePrepare.Encode());
        Emit(new Broadcast(prePrepare));
        CheckPrepared(slot);
    }

    // Enter: PRE-PREPARE from the primary, directly or relayed. Section 4.2, second and third paragraph.
    private void OnPrePrepare(PrePrepare prePrepare)
    {
        if (!IsOfThisView(prePrepare)) return;
        if (prePrepare.Signer != Primary)
        {
            Drop(DropReason.NotPrimary, prePrepare.Signer);
            return;
        }

        var slot = _log.Get(prePrepare.Height);
        if (slot.PrePrepare is { } held)
        {
            if (held.Digest == prePrepare.Digest) Drop(DropReason.Duplicate, prePrepare.Signer);
            else ReportFault(slot, FaultKind.ContradictingProposals, held, prePrepare);
            return;
        }

        // Heights up to the floor were settled by the new-view: only its own pre-prepares count there.
        if (prePrepare.Height <= _freshFloor)
        {
            Drop(DropReason.BelowWindow, prePrepare.Signer);
            return;
        }

        if (!IsWellFormed(prePrepare.Proposal) || slot.Decided is not null)
        {
            Drop(DropReason.BadProposal, prePrepare.Signer);
            return;
        }

        slot.Propose(prePrepare, reproposed: false);
        ExposeEquivocation(slot);
        BeginFrom(slot.Height);
        CheckPrepared(slot);
    }

    // Enter: PREPARE from a backup. Section 4.2.
    private void OnPrepare(Prepare prepare)
    {
        if (!IsOfThisView(prepare)) return;
        if (prepare.Signer == Primary)
        {
            Drop(DropReason.PrimaryPrepare, prepare.Signer);
            return;
        }

        var slot = _log.Get(prepare.Height);
        if (!Count(slot, slot.Prepares, prepare, FaultKind.ContradictingPrepares)) return;
        ExposeEquivocation(slot, prepare);
        CheckPrepared(slot);
    }

    // Enter: COMMIT from a validator. Section 4.2.
    private void OnCommit(Commit commit)
    {
        if (!IsOfThisView(commit)) return;
        var slot = _log.Get(commit.Height);
        if (Count(slot, slot.Commits, commit, FaultKind.ContradictingCommits)) CheckCommitted(slot);
    }

    // Enter: the host checked a proposal.
    private void OnProposalValidated(ProposalValidated validated)
    {
        if (InViewChange || validated.View != View || _log.Find(validated.Height) is not { } slot) return;
        if (slot.Phase != SlotPhase.Validating || slot.PrePrepare?.Digest != validated.Digest) return;
        if (!validated.Accepted)
        {
            slot.Phase = SlotPhase.Rejected;
            return;
        }

        Accept(slot);
        BeginFrom(slot.Height.Next);
    }

    private bool IsOfThisView(Vote vote)
    {
        if (vote.View < View)
        {
            Drop(DropReason.OldView, vote.Signer);
            return false;
        }

        if (vote.View > View || InViewChange)
        {
            _future.Add(vote);
            Drop(DropReason.FutureView, vote.Signer);
            return false;
        }

        if (IsVoid(vote.Height))
        {
            Drop(DropReason.EpochEnded, vote.Signer);
            return false;
        }

        if (_log.Contains(vote.Height)) return true;
        Drop(vote.Height <= Stable ? DropReason.BelowWindow : DropReason.AboveWindow, vote.Signer);
        return false;
    }

    // One vote of each validator counts, the first; a different one is evidence.
    private bool Count<TVote>(Slot slot, TVote?[] votes, TVote vote, FaultKind kind)
        where TVote : Vote
    {
        ref var held = ref votes[vote.Signer.Value];
        if (held is null)
        {
            held = vote;
            return true;
        }

        if (held.Digest == vote.Digest) Drop(DropReason.Duplicate, vote.Signer);
        else ReportFault(slot, kind, held, vote);
        return false;
    }

    private bool IsWellFormed(Proposal proposal) =>
        proposal.Proposer == Primary
        // One without transactions is for something else that is due, which the host judges. Time 0 is the null
        // proposal's, which new views alone bring.
        && (proposal.TransactionIds.Count >= 1 || proposal.Time.UnixMilliseconds > 0)
        && proposal.TransactionIds.Count <= _options.MaxTransactionsPerProposal
        && !proposal.HasRepeatedIds();

    /// <summary>
    /// Begins the proposals that wait from a height on: heights are accepted in order, so that what a proposal is
    /// checked against (the time and the transactions before it) is known.
    /// </summary>
    private void BeginFrom(BlockHeight height)
    {
        while (!IsVoid(height) && _log.Find(height) is { Phase: SlotPhase.Waiting } slot && MayBegin(slot))
        {
            Begin(slot);
            if (slot.Phase != SlotPhase.Accepted) return;
            height = height.Next;
        }
    }

    private bool MayBegin(Slot slot)
    {
        var below = new BlockHeight(slot.Height.Value - 1);
        var inOrder = below <= Executed
            || _log.Find(below)?.Phase == SlotPhase.Accepted
            || (slot.Reproposed && below <= _viewBase);
        return inOrder && (slot.Reproposed || TimeBefore(slot.Height) is not null);
    }

    private void Begin(Slot slot)
    {
        var proposal = slot.PrePrepare!.Proposal;
        // The primary stands behind what it proposes; null proposals and decided ones leave nothing to check.
        if (Primary == _options.Self || slot.Decided is not null || (slot.Reproposed && proposal.IsNull))
        {
            Accept(slot);
        }
        else if (!slot.Reproposed && proposal.Time <= TimeBefore(slot.Height))
        {
            slot.Phase = SlotPhase.Rejected;
            Drop(DropReason.TimeNotAdvancing, Primary);
        }
        else
        {
            slot.Phase = SlotPhase.Validating;
            Emit(new ValidateProposal(View, proposal, slot.Reproposed));
        }
    }

    // A backup's acceptance is its prepare. The primary's was its pre-prepare, written before it was sent.
    private void Accept(Slot slot)
    {
        slot.Phase = SlotPhase.Accepted;
        if (Primary == _options.Self) return;
        var prePrepare = slot.PrePrepare!;
        var prepare = _factory.Prepare(new VoteContent(View, slot.Height, prePrepare.Digest));
        Save(slot.Height, VoteRecordKind.Accepted, prePrepare.Encode());
        slot.Prepares[_options.Self.Value] = prepare;
        Emit(new Broadcast(prepare));
        CheckPrepared(slot);
    }

    // prepared(m, v, n, i), section 4.2: the pre-prepare and matching prepares make a quorum of distinct validators,
    // the primary being one of them.
    private void CheckPrepared(Slot slot)
    {
        if (IsVoid(slot.Height) || slot.PrePrepare is not { } prePrepare || slot.Certificate?.View == View) return;
        var needed = _size.Quorum - 1;
        if (slot.CountPrepares(prePrepare.Digest) < needed) return;
        var content = new VoteContent(View, slot.Height, prePrepare.Digest);
        var prepares = new List<VoteSignature>(needed);
        foreach (var prepare in slot.Prepares)
        {
            if (prepares.Count < needed && prepare is not null && prepare.Digest == content.Digest)
                prepares.Add(new VoteSignature(prepare.Signer, prepare.Signature));
        }

        var certificate = new PreparedCertificate(
            content, new VoteSignature(prePrepare.Signer, prePrepare.Signature), prepares);
        slot.SetPrepared(certificate, prePrepare.Proposal);
        Save(slot.Height, VoteRecordKind.Prepared, certificate.EncodeWith(prePrepare.Proposal));
        var commit = _factory.Commit(content);
        slot.Commits[_options.Self.Value] = commit;
        Emit(new Broadcast(commit));
        CheckCommitted(slot);
    }

    // committed-local(m, v, n, i), section 4.2: prepared, and a quorum of commits.
    private void CheckCommitted(Slot slot)
    {
        if (IsVoid(slot.Height) || slot.Decided is not null) return;
        if (slot.Certificate is not { } certificate || certificate.View != View) return;
        if (slot.CountCommits(certificate.Digest) < _size.Quorum) return;
        slot.Decided = slot.CertifiedProposal;
        // What a quorum decided is acceptable, whatever the host has yet to say or said: one bad clock is outvoted.
        if (slot.Phase != SlotPhase.Accepted) Accept(slot);
        IssueExecutions();
        BeginFrom(slot.Height.Next);
    }

    private void IssueExecutions()
    {
        while (!IsVoid(_issued.Next) && _log.Find(_issued.Next)?.Decided is { } proposal)
        {
            _issued = _issued.Next;
            Emit(new Execute(proposal));
        }
    }

    /// <summary>
    /// The consensus time of the height below, which execution derives in the same way: the proposal's, but at least a
    /// millisecond after the one before. Null while a height between is unknown.
    /// </summary>
    private Timestamp? TimeBefore(BlockHeight height)
    {
        if (height.Value - 1 <= Executed.Value) return ExecutedTime(new BlockHeight(height.Value - 1));
        var time = ExecutedTime(Executed);
        for (var at = Executed.Next; at < height; at = at.Next)
        {
            if ((_log.Find(at) is not { } slot ? null : slot.Decided ?? slot.PrePrepare?.Proposal) is not { } proposal)
                return null;
            time = new Timestamp(Math.Max(proposal.Time.UnixMilliseconds, time.UnixMilliseconds + 1));
        }

        return time;
    }

    private Timestamp ExecutedTime(BlockHeight height) =>
        height == Stable ? _stableTime : _log.Find(height)?.Executed?.Header.Time ?? _stableTime;
}
