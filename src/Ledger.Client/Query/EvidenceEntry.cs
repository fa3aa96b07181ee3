using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;

namespace Ledger.Client.Query;

/// <summary>A record as it stands in the log. Immutable.</summary>
/// <param name="Index">Its place in the log.</param>
/// <param name="Height">The block that recorded it; 0 when the node began from a snapshot above that.</param>
/// <param name="Leaf">What execution made of it.</param>
/// <param name="Record">The record.</param>
/// <param name="LeafHash">The hash that the log tree and the subject's next entry hold.</param>
public sealed record EvidenceEntry(
    LogIndex Index, BlockHeight Height, EvidenceLeaf Leaf, EvidenceRecord Record, Hash256 LeafHash)
{
    /// <summary>The record's id.</summary>
    public EvidenceId Id => Leaf.Id;
}
