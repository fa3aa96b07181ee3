using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Log;
using Ledger.Consensus.Messages;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;

namespace Ledger.Consensus;

/// <content>Executed blocks, checkpoints and certificates (OSDI '99 section 4.3; here every height is a
/// checkpoint).</content>
public sealed partial class Replica
{
    private Timestamp _stableTime;
    private Hash256 _stableHash;

    // Enter: the host made a block durable that an Execute asked for.
    private void OnExecuted(Inputs.Executed executed)
    {
        // Reported again, or sync was faster.
        if (executed.Height <= Executed) return;
        Invariant.Require(executed.Height == Executed.Next && executed.Height <= _issued);
        var slot = _log.Get(executed.Height);
        slot.Executed = ReadOwnBlock(executed.Height, executed.HeaderBytes);
        var previous = Executed == Stable ? _stableHash : _log.Find(Executed)!.Executed!.Hash;
        Invariant.Require(slot.Executed.Header.Previous == previous);
        Executed = executed.Height;
        NoteProgress();
        _timer.OnProgress();
        NoteEndOfEpoch(slot.Executed.Header);
        var checkpoint = _factory.Checkpoint(slot.Height, slot.Executed.Hash);
        slot.Checkpoints[_options.Self.Value] = checkpoint;
        Emit(new Broadcast(checkpoint));
        Certify();
        if (!_diverged) BeginFrom(Executed.Next);
    }

    // Enter: CHECKPOINT from a validator. Section 4.3.
    private void OnCheckpoint(Checkpoint checkpoint)
    {
        _claims.Raise(checkpoint.Signer, checkpoint.Height);
        if (IsVoid(checkpoint.Height))
        {
            Drop(DropReason.EpochEnded, checkpoint.Signer);
            return;
        }

        if (!_log.Contains(checkpoint.Height))
        {
            Drop(checkpoint.Height <= Stable ? DropReason.BelowWindow : DropReason.AboveWindow, checkpoint.Signer);
            return;
        }

        var slot = _log.Get(checkpoint.Height);
        ref var held = ref slot.Checkpoints[checkpoint.Signer.Value];
        if (held is not null)
        {
            if (held.HeaderHash == checkpoint.HeaderHash) Drop(DropReason.Duplicate, checkpoint.Signer);
            else ReportFault(slot, FaultKind.ContradictingCheckpoints, held, checkpoint);
            return;
        }

        held = checkpoint;
        Certify();
    }

    // Certificates are made in height order, so that every block gets its own.
    private void Certify()
    {
        while (!_diverged && !IsOver && _log.Find(Stable.Next) is { Executed: { } block } slot)
        {
            if (slot.CountCheckpoints(block.Hash) < _size.Quorum)
            {
                CheckDivergence(slot, block.Hash);
                return;
            }

            // Keyed access only: its order of enumeration is never used.
            var signatures = new Dictionary<ValidatorIndex, byte[]>();
            foreach (var vote in slot.Checkpoints)
            {
                if (signatures.Count < _size.Quorum && vote is not null && vote.HeaderHash == block.Hash)
                    signatures.Add(vote.Signer, vote.Signature.ToArray());
            }

            var certificate = QuorumCertificate.Create(block.Hash, _validators.Count, signatures);
            AdvanceStable(new StableProof(block.Header, block.HeaderBytes, block.Hash, certificate));
        }
    }

    private void CheckDivergence(Slot slot, in Hash256 own)
    {
        foreach (var vote in slot.Checkpoints)
        {
            if (vote is null || vote.HeaderHash == own) continue;
            if (slot.CountCheckpoints(vote.HeaderHash) < _size.Quorum) continue;
            Diverge(slot.Height, own, vote.HeaderHash);
            return;
        }
    }

    // A certificate made by others, for a height that may or may not be executed here.
    private void OnProof(StableProof proof)
    {
        if (proof.Height <= Stable) return;
        if (proof.Height > Executed)
        {
            AskForSync(proof.Height);
            return;
        }

        var own = _log.Find(proof.Height)!.Executed!.Hash;
        if (own == proof.HeaderHash) AdvanceStable(proof);
        else Diverge(proof.Height, own, proof.HeaderHash);
    }

    // The certificate goes out before the records that it makes superfluous go away.
    private void AdvanceStable(StableProof proof)
    {
        var hadRoom = _log.Contains(_freshFloor);
        SetStable(proof);
        Emit(new Certified(proof.Height, proof.Certificate));
        Emit(new PruneVotes(proof.Height.Next));
        if (EndIfOver()) return;
        // Proposals of the new-view that lay above the window may fit now.
        if (!hadRoom && _log.Contains(_freshFloor)) InstallReproposals();
    }

    private void SetStable(StableProof proof)
    {
        _log.Advance(proof.Height);
        _history.Add(proof);
        _stableTime = proof.Header.Time;
        _stableHash = proof.HeaderHash;
        NoteProgress();
    }

    private ExecutedBlock ReadOwnBlock(BlockHeight height, ReadOnlyMemory<byte> bytes)
    {
        var decoded = BlockHeader.TryDecode(bytes.Span, out var header, out _);
        Invariant.Require(decoded && header is not null);
        Invariant.Require(header.Height == height);
        Invariant.Require(header.Channel == _binding.Channel);
        Invariant.Require(height > _binding.Base ? header.Epoch == _binding.Epoch : IsBase(header));
        return new ExecutedBlock(header, bytes, BlockHeader.HashOf(bytes.Span, _suite.Hash));
    }
}
