using Ledger.Consensus.Effects;
using Ledger.Core.Blocks;

namespace Ledger.Consensus;

/// <content>
/// The end of an epoch (docs/spec/consensus.md section 12). The block that names the next validators is the last that
/// these validators order. Heights above it that were ordered at the same time are void: nobody votes on them, executes
/// them or certifies them. What was prepared there stays in view-changes all the same, as long as this replica takes
/// part: others that have not executed the last block yet may have decided such a height, and a new view that denied it
/// would look to them like a broken quorum.
/// </content>
public sealed partial class Replica
{
    // The epoch's last block, once it is executed here. Invariant: not below Executed.
    private BlockHeight? _last;

    /// <summary>Whether the epoch's last block is certified: every input is ignored from then on.</summary>
    public bool IsOver { get; private set; }

    private bool IsVoid(BlockHeight height) => _last is { } last && height > last;

    private void NoteEndOfEpoch(BlockHeader header)
    {
        if (header.NextValidators is null) return;
        _last = header.Height;
        // What was handed out above comes to nothing: the host executes no block of an epoch that has ended.
        _issued = header.Height;
    }

    private bool EndIfOver()
    {
        if (_last is not { } last || Stable < last) return false;
        IsOver = true;
        Emit(new EpochEnded(last));
        return true;
    }

    // The block with which the epoch begins names this validator set. Genesis begins epoch 0 and names none.
    private bool IsBase(BlockHeader header) => header.Height == _binding.Base
        && (_binding.Base.Value == 0
            ? _binding.Epoch == header.Epoch
            : header.Epoch.Next == _binding.Epoch && header.NextValidators == _validators.HashWith(_suite.Hash));
}
