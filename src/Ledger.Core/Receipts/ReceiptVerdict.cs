using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;

namespace Ledger.Core.Receipts;

/// <summary>What the verification of a receipt found.</summary>
/// <param name="Fault">Why it does not hold, or <see cref="ReceiptFault.None"/>.</param>
/// <param name="EpochChange">Which epoch change is at fault, from 0; null when it is the receipt itself.</param>
/// <param name="Detail">A sentence for people: what is wrong, or what is proven.</param>
/// <param name="Content">What the receipt proves; null unless it holds.</param>
public sealed record ReceiptVerdict(ReceiptFault Fault, int? EpochChange, string Detail, ReceiptContent? Content)
{
    /// <summary>Whether the receipt holds.</summary>
    [MemberNotNullWhen(true, nameof(Content))]
    public bool IsValid => Fault == ReceiptFault.None && Content is not null;
}

/// <summary>What a receipt says, decoded. Proven only as part of a valid <see cref="ReceiptVerdict"/>.</summary>
/// <param name="Record">The record that was anchored.</param>
/// <param name="Leaf">The record's place: transaction, sender, timeline, consensus time.</param>
/// <param name="LeafHash">The leaf's hash in the log tree.</param>
/// <param name="Index">The leaf's place in the log.</param>
/// <param name="Header">The certified header: of the leaf's block or of one above it.</param>
/// <param name="HeaderHash">That header's hash.</param>
public sealed record ReceiptContent(
    EvidenceRecord Record,
    EvidenceLeaf Leaf,
    Hash256 LeafHash,
    LogIndex Index,
    BlockHeader Header,
    Hash256 HeaderHash);
