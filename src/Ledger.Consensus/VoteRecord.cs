using Ledger.Core.Blocks;

namespace Ledger.Consensus;

/// <summary>What a record of the vote log says.</summary>
/// <remarks>The numbers are part of the format on disk.</remarks>
public enum VoteRecordKind
{
    /// <summary>The pre-prepare that this replica accepted at a height, written before its prepare is sent.</summary>
    Accepted = 1,

    /// <summary>
    /// The certificate that a height is prepared, written before the commit is sent: a commit promises that every later
    /// view-change of this replica carries it.
    /// </summary>
    Prepared = 2,

    /// <summary>The last view-change that this replica sent.</summary>
    ViewChange = 3,

    /// <summary>The new-view by which this replica entered its view.</summary>
    NewView = 4,
}

/// <summary>
/// A piece of hard state: what this replica must never contradict. Its key is (<see cref="Height"/>,
/// <see cref="Kind"/>); a later record with the same key replaces it, also one of an earlier epoch: an epoch begins
/// with a certified block, after which nothing that was promised in the one before binds anybody.
/// </summary>
/// <param name="Epoch">The epoch in which it was promised; replicas of other epochs ignore it.</param>
/// <param name="Height">The height; 0 for records about views.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Bytes">Its content, opaque to the host.</param>
public sealed record VoteRecord(Epoch Epoch, BlockHeight Height, VoteRecordKind Kind, ReadOnlyMemory<byte> Bytes);
