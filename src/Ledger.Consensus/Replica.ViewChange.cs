using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Messages;
using Ledger.Consensus.ViewChanges;
using Ledger.Core.Blocks;

namespace Ledger.Consensus;

/// <content>View changes (OSDI '99 section 4.4 and 4.5.2).</content>
public sealed partial class Replica
{
    // The new-view by which View was entered; null in view 0, which needs none. While InViewChange: of the last active
    // view.
    private NewView? _newView;

    // min-s of that new-view: certified by a quorum, whether or not it is executed here.
    private BlockHeight _viewBase;

    // max-s of that new-view: fresh proposals begin above it.
    private BlockHeight _freshFloor;

    // Enter: timeout, overdue transaction, or f+1 others ask. Section 4.4: "stops accepting messages (other than
    // checkpoint, view-change, and new-view messages)" is what InViewChange does to IsOfThisView.
    private void StartViewChange(View target)
    {
        // The last view of all has no successor; nothing honest ever comes near it.
        if (target <= View) return;
        View = target;
        InViewChange = true;
        _timer.OnViewChange();
        NoteProgress();
        var prepared = new List<PreparedCertificate>();
        var proposals = new List<Proposal>();
        foreach (var slot in _log.Slots())
        {
            if (slot.Certificate is null || slot.CertifiedProposal is null) continue;
            prepared.Add(slot.Certificate);
            proposals.Add(slot.CertifiedProposal);
        }

        var own = _factory.ViewChange(new ViewChangeContent(target, _history.Latest, prepared), proposals);
        Save(new BlockHeight(0), VoteRecordKind.ViewChange, own.Encode());
        Emit(new Broadcast(own));
        Emit(new ViewChangeStarted(target));
        _viewChanges.Add(own);
        FollowViewChanges();
    }

    // Enter: VIEW-CHANGE from a validator. Section 4.4.
    private void OnViewChange(ViewChange viewChange)
    {
        if (viewChange.NewView < View || (viewChange.NewView == View && !InViewChange))
        {
            Drop(DropReason.OldView, viewChange.Signer);
            return;
        }

        ExamineViewChange(viewChange);
        if (_viewChanges.Add(viewChange)) FollowViewChanges();
        else Drop(DropReason.Duplicate, viewChange.Signer);
    }

    private void FollowViewChanges()
    {
        // Section 4.5.2: f+1 others ask for higher views, so at least one honest replica timed out.
        if (_viewChanges.Supported(View, _size.OneHonest) is { } supported)
        {
            StartViewChange(supported);
            return;
        }

        // Section 4.5.2: the timer runs once a quorum asks; a replica that is alone in asking does not race ahead.
        if (!InViewChange || _viewChanges.CountFrom(View) < _size.Quorum) return;
        _timer.StartIfStopped(_now);
        if (Primary == _options.Self) TryOpenView();
    }

    // Enter: as the primary of the view asked for, with a quorum of view-changes. Section 4.4.
    private void TryOpenView()
    {
        var asking = _viewChanges.For(View);
        if (asking.Count < _size.Quorum) return;
        asking.RemoveRange(_size.Quorum, asking.Count - _size.Quorum);
        var plan = NewViewPlan.From(asking, _binding, _suite.Hash);
        var prePrepares = new List<PrePrepare>(plan.Slots.Count);
        foreach (var slot in plan.Slots)
        {
            Invariant.Require(slot.Proposal is not null);
            prePrepares.Add(_factory.PrePrepare(View, slot.Proposal));
        }

        var content = new NewViewContent(View, [.. asking.Select(v => v.WithoutProposals())], prePrepares);
        EnterView(_factory.NewView(content), plan, announce: true);
    }

    // Enter: NEW-VIEW, from its primary or relayed. Section 4.4.
    private void OnNewView(NewView newView)
    {
        if (newView.View < View || (newView.View == View && !InViewChange))
        {
            Drop(DropReason.OldView, newView.Signer);
            return;
        }

        if (newView.Signer != newView.View.PrimaryAmong(_validators))
        {
            Drop(DropReason.NotPrimary, newView.Signer);
            return;
        }

        var plan = NewViewPlan.From(newView.ViewChanges, _binding, _suite.Hash);
        foreach (var viewChange in newView.ViewChanges) ExamineViewChange(viewChange);
        if (plan.IsFollowedBy(newView.PrePrepares)) EnterView(newView, plan, announce: false);
        else Drop(DropReason.NewViewMismatch, newView.Signer);
    }

    private void EnterView(NewView newView, NewViewPlan plan, bool announce)
    {
        Save(new BlockHeight(0), VoteRecordKind.NewView, newView.Encode());
        if (announce) Emit(new Broadcast(newView));
        SetView(newView, plan);
        _viewChanges.RemoveUpTo(View);
        _timer.Stop();
        _enteredAt = _now;
        NoteProgress();
        foreach (var slot in _log.Slots()) slot.BeginView();
        Emit(new ViewEntered(View, Primary, [.. newView.PrePrepares.Select(p => p.Proposal)]));
        if (plan.Stable is not null) OnProof(plan.Stable);
        if (IsOver) return;
        InstallReproposals();
        foreach (var vote in _future.Take(View))
        {
            if (!_diverged && !IsOver) OnMessage(vote.Signer, vote);
        }
    }

    private void SetView(NewView newView, NewViewPlan plan)
    {
        _newView = newView;
        _viewBase = plan.Base;
        _freshFloor = plan.Last;
        View = newView.View;
        InViewChange = false;
    }

    // The new-view's proposals take their slots: at entry, after a restart, and when sync moves the window.
    private void InstallReproposals()
    {
        if (InViewChange || _newView is null) return;
        foreach (var prePrepare in _newView.PrePrepares)
        {
            if (_diverged || IsVoid(prePrepare.Height) || !_log.Contains(prePrepare.Height)) continue;
            var slot = _log.Get(prePrepare.Height);
            if (slot.Decided is { } decided && decided.Digest != prePrepare.Digest)
            {
                // A quorum's view-changes deny what a quorum committed: more than f validators are faulty.
                Diverge(slot.Height, decided.Digest, prePrepare.Digest);
                return;
            }

            if (slot.PrePrepare is null) slot.Propose(prePrepare, reproposed: true);
        }

        Reconsider();
    }

    // Looks at every slot again, after a change that is not about one of them.
    private void Reconsider()
    {
        foreach (var slot in _log.Slots())
        {
            if (InViewChange || _diverged || IsOver) break;
            BeginFrom(slot.Height);
            CheckPrepared(slot);
            CheckCommitted(slot);
        }

        if (!_diverged && !IsOver) IssueExecutions();
    }
}
