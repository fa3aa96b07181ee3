using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Log;
using Ledger.Consensus.Messages;
using Ledger.Consensus.ViewChanges;

namespace Ledger.Consensus;

/// <content>
/// Start and restart. Hard state is read back; every vote that was sent can be made again bit by bit, because
/// signatures are deterministic; what was soft is asked for again.
/// </content>
public sealed partial class Replica
{
    private void Recover(ReplicaState state)
    {
        RecoverChain(state);
        var decoder = new MessageDecoder(
            _binding, _validators, _suite.Hash, MessageLimits.For(_options, _validators));
        RecoverView(state, decoder);
        foreach (var record in state.Votes)
        {
            if (record.Epoch != _binding.Epoch || record.Height <= Stable) continue;
            // A vote is within the window of a certificate that is as durable as the vote.
            Invariant.Require(_log.Contains(record.Height));
            if (record.Kind == VoteRecordKind.Prepared) RecoverPrepared(record, decoder);
            else if (record.Kind == VoteRecordKind.Accepted) RecoverAccepted(record, decoder);
        }
    }

    private void RecoverChain(ReplicaState state)
    {
        var stable = ReadOwnBlock(state.Stable.Height, state.Stable.HeaderBytes);
        _stableTime = stable.Header.Time;
        _stableHash = stable.Hash;
        Invariant.Require(state.Stable.Height >= _binding.Base);
        Invariant.Require(state.Stable.Certificate is not null || state.Stable.Height.Value == 0);
        if (state.Stable.Certificate is { } certificate)
        {
            Invariant.Require(certificate.HeaderHash == stable.Hash);
            // The base is certified by the validators before: it proves nothing to these, and none of them needs it.
            if (stable.Header.Epoch == _binding.Epoch)
                _history.Add(new StableProof(stable.Header, stable.HeaderBytes, stable.Hash, certificate));
        }

        Executed = state.Stable.Height;
        foreach (var header in state.ExecutedHeaders)
        {
            var slot = _log.Get(Executed.Next);
            slot.Executed = ReadOwnBlock(slot.Height, header);
            Executed = slot.Height;
            slot.Checkpoints[_options.Self.Value] = _factory.Checkpoint(slot.Height, slot.Executed.Hash);
            NoteEndOfEpoch(slot.Executed.Header);
        }

        _issued = Executed;
    }

    private void RecoverView(ReplicaState state, MessageDecoder decoder)
    {
        foreach (var record in state.Votes)
        {
            if (record.Kind != VoteRecordKind.NewView || record.Epoch != _binding.Epoch) continue;
            var newView = Read<NewView>(record, decoder);
            SetView(newView, NewViewPlan.From(newView.ViewChanges, _binding, _suite.Hash));
        }

        foreach (var record in state.Votes)
        {
            if (record.Kind != VoteRecordKind.ViewChange || record.Epoch != _binding.Epoch) continue;
            var own = Read<ViewChange>(record, decoder);
            Invariant.Require(own.Signer == _options.Self);
            if (own.NewView <= View) continue;
            View = own.NewView;
            InViewChange = true;
            _viewChanges.Add(own);
        }
    }

    private void RecoverPrepared(VoteRecord record, MessageDecoder decoder)
    {
        var decoded = decoder.TryDecodePrepared(record.Bytes.Span, out var certificate, out var proposal);
        Invariant.Require(decoded && certificate is not null && proposal is not null);
        Invariant.Require(certificate.Height == record.Height && certificate.View <= View);
        var slot = _log.Get(record.Height);
        slot.SetPrepared(certificate, proposal);
        // A block is executed only after its certificate is durable, and nothing else can be prepared at its height.
        if (slot.Executed is not null) slot.Decided = proposal;
        if (InViewChange || certificate.View != View) return;
        var content = certificate.Content;
        var payload = _binding.VotePayload(content.View, content.Height, content.Digest);
        if (slot.PrePrepare is null)
        {
            var signature = certificate.PrePrepare.Signature;
            slot.Propose(new PrePrepare(certificate.PrePrepare.Signer, View, proposal, payload, signature),
                slot.Height <= _freshFloor);
        }

        foreach (var prepare in certificate.Prepares)
            slot.Prepares[prepare.Signer.Value] = new Prepare(prepare.Signer, content, payload, prepare.Signature);
        slot.Commits[_options.Self.Value] = _factory.Commit(content);
    }

    private void RecoverAccepted(VoteRecord record, MessageDecoder decoder)
    {
        var prePrepare = Read<PrePrepare>(record, decoder);
        Invariant.Require(prePrepare.Height == record.Height && prePrepare.View <= View);
        if (InViewChange || prePrepare.View != View) return;
        var slot = _log.Get(record.Height);
        Invariant.Require(slot.PrePrepare is null || slot.PrePrepare.Digest == prePrepare.Digest);
        slot.Propose(prePrepare, slot.Height <= _freshFloor);
        slot.Phase = SlotPhase.Accepted;
        if (Primary == _options.Self) return;
        slot.Prepares[_options.Self.Value] = _factory.Prepare(new VoteContent(View, slot.Height, prePrepare.Digest));
    }

    private static TMessage Read<TMessage>(VoteRecord record, MessageDecoder decoder)
        where TMessage : ConsensusMessage
    {
        var decoded = decoder.TryDecode(record.Bytes.Span, out var message, out _);
        Invariant.Require(decoded && message is TMessage);
        return (TMessage)message;
    }

    // Enter: the first step of this replica. Votes that were under way when the last run ended are sent again.
    private void Resume()
    {
        foreach (var slot in _log.Slots())
        {
            if (slot.Prepares[_options.Self.Value] is { } prepare) Emit(new Broadcast(prepare));
            if (slot.Commits[_options.Self.Value] is { } commit) Emit(new Broadcast(commit));
            if (slot.Checkpoints[_options.Self.Value] is { } checkpoint) Emit(new Broadcast(checkpoint));
        }

        if (InViewChange && _viewChanges[_options.Self] is { } own) Emit(new Broadcast(own));
        InstallReproposals();
        Reconsider();
        Certify();
        if (InViewChange) FollowViewChanges();
    }
}
