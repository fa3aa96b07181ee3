using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;

namespace Ledger.Consensus;

/// <content>Retransmission by status exchange (OSDI '99 section 4.4, end) and catching up.</content>
public sealed partial class Replica
{
    // Proposals are the large messages; a peer that lacks more asks again.
    private const int MaxProposalsInAnswer = 8;

    // When NeedSync may be said again.
    private LogicalTime _nextSyncHint;

    // Since when f+1 validators have been ahead with nothing here to execute.
    private LogicalTime? _behindSince;

    // Enter: STATUS from a validator.
    private void OnStatus(Status status)
    {
        var peer = status.Signer;
        _claims.Raise(peer, status.Stable);
        // Peers ask once in RetransmitMs; half of that leaves room for the network's jitter.
        if (_answered[peer.Value] is { } last && _now < last.After(_options.RetransmitMs / 2))
        {
            Drop(DropReason.TooSoon, peer);
            return;
        }

        _answered[peer.Value] = _now;
        foreach (var proof in _history.Above(status.Stable)) Reply(peer, _factory.StableNotice(proof));
        AnswerCheckpoints(status);
        if (status.View < View || (status.View == View && status.InViewChange)) AnswerView(status);
        else if (status.View == View && !InViewChange) AnswerVotes(status);
    }

    private void AnswerCheckpoints(Status status)
    {
        foreach (var slot in _log.Slots())
        {
            if (slot.Height > status.Stable && slot.Checkpoints[_options.Self.Value] is { } own)
                Reply(status.Signer, own);
        }
    }

    private void AnswerView(Status status)
    {
        if (!InViewChange)
        {
            if (_newView is not null) Reply(status.Signer, _newView);
        }
        else if (_viewChanges[_options.Self] is { } own
            && (status.View < View || !status.HoldsViewChangeOf(_options.Self)))
        {
            Reply(status.Signer, own);
        }
    }

    private void AnswerVotes(Status status)
    {
        var proposals = 0;
        foreach (var slot in _log.Slots())
        {
            if (slot.Height <= status.Stable || IsVoid(slot.Height)) continue;
            var progress = status.ProgressAt(slot.Height);
            if ((progress & SlotProgress.Proposed) == 0 && slot.PrePrepare is { } prePrepare
                && prePrepare.Signer != status.Signer && !slot.Reproposed && proposals++ < MaxProposalsInAnswer)
            {
                Reply(status.Signer, prePrepare);
            }

            if ((progress & SlotProgress.Prepared) == 0 && slot.Prepares[_options.Self.Value] is { } prepare)
                Reply(status.Signer, prepare);
            if ((progress & SlotProgress.Committed) == 0 && slot.Commits[_options.Self.Value] is { } commit)
                Reply(status.Signer, commit);
        }
    }

    private void Reply(ValidatorIndex peer, ConsensusMessage message) => Emit(new Send(peer, message));

    /// <summary>
    /// What this replica tells others of itself. The host also sends it to whoever still speaks in an earlier epoch, at
    /// a bounded rate: a message of a later epoch tells them to fetch certified blocks.
    /// </summary>
    public Status OwnStatus()
    {
        var progress = new byte[(int)Math.Min(_log.Highest.Value - Stable.Value, (ulong)_options.Window)];
        foreach (var slot in _log.Slots())
        {
            var index = (int)(slot.Height.Value - Stable.Value) - 1;
            if (index >= progress.Length) break;
            var value = SlotProgress.None;
            if (slot.PrePrepare is not null) value |= SlotProgress.Proposed;
            if (slot.Certificate?.View == View) value |= SlotProgress.Prepared;
            // A height decided in an earlier view still needs this view's votes from nobody.
            if (slot.Decided is not null || slot.Height <= Executed || IsVoid(slot.Height))
                value |= SlotProgress.Committed;
            progress[index] = (byte)value;
        }

        return _factory.Status(
            new StatusContent(View, InViewChange, Stable, Executed, progress, _viewChanges.BitmapFor(View)));
    }

    // Enter: STABLE-NOTICE from a validator.
    private void OnStableNotice(StableNotice notice)
    {
        _claims.Raise(notice.Signer, notice.Proof.Height);
        if (notice.Proof.Height <= Stable) Drop(DropReason.BelowWindow, notice.Signer);
        else OnProof(notice.Proof);
    }

    // Enter: the host caught up from other nodes.
    private void OnSynced(Synced synced)
    {
        if (synced.Height <= Stable) return;
        var block = ReadOwnBlock(synced.Height, synced.HeaderBytes);
        Invariant.Require(synced.Certificate.HeaderHash == block.Hash);
        var proof = new StableProof(block.Header, block.HeaderBytes, block.Hash, synced.Certificate);
        if (synced.Height <= Executed)
        {
            OnProof(proof);
            return;
        }

        Executed = synced.Height;
        if (_issued < Executed) _issued = Executed;
        SetStable(proof);
        NoteEndOfEpoch(proof.Header);
        Emit(new PruneVotes(Stable.Next));
        if (EndIfOver()) return;
        _timer.OnProgress();
        _nextSyncHint = default;
        InstallReproposals();
        Reconsider();
    }

    // Certified blocks are what helps: the votes for them are gone where they are stable. While the next height is
    // being executed there is nothing to ask for.
    private void AskForSync(BlockHeight height)
    {
        if (_issued > Executed || _now < _nextSyncHint) return;
        _nextSyncHint = _now.After(_options.RetransmitMs);
        Emit(new NeedSync(height));
    }

    // Enter: every tick. f+1 validators are ahead, and for longer than a lost message takes to come again.
    private void CheckBehind()
    {
        var reached = _claims.ReachedBy(_size.OneHonest);
        // Those who certified the epoch's last block have gone on, and take no part here any more.
        if (_last == Executed && _now >= _lastProgress.After(2 * _options.RetransmitMs)) AskForSync(Executed);
        if (reached <= Executed || _issued > Executed)
        {
            _behindSince = null;
            return;
        }

        _behindSince ??= _now;
        if (_now >= _behindSince.Value.After(2 * _options.RetransmitMs)) AskForSync(reached);
    }
}
