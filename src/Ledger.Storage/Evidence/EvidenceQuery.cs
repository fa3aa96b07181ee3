using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Storage.Blocks;

namespace Ledger.Storage.Evidence;

/// <summary>A leaf of the log with everything that a receipt needs of it.</summary>
/// <param name="Index">Its place in the log.</param>
/// <param name="Leaf">The leaf.</param>
/// <param name="Record">Its record.</param>
/// <param name="Encoded">The leaf's canonical bytes.</param>
/// <param name="Hash">Their RFC 9162 leaf hash.</param>
/// <param name="Place">
/// The transaction that carried it; null for a leaf from before the snapshot that the store began from, of whose block it
/// holds nothing.
/// </param>
public sealed record StoredLeaf(
    LogIndex Index,
    EvidenceLeaf Leaf,
    EvidenceRecord Record,
    ReadOnlyMemory<byte> Encoded,
    Hash256 Hash,
    TransactionPlace? Place);

/// <summary>Which leaves are wanted. What is null is not asked for; the rest must all hold.</summary>
public sealed record EvidenceFilter
{
    /// <summary>The record's subject.</summary>
    public string? Subject { get; init; }

    /// <summary>The record's actor.</summary>
    public string? Actor { get; init; }

    /// <summary>The record's type.</summary>
    public string? Type { get; init; }

    /// <summary>The value of one of the record's digests, whatever its algorithm.</summary>
    public ReadOnlyMemory<byte>? Digest { get; init; }

    /// <summary>Whether a record is wanted.</summary>
    public bool Matches(EvidenceRecord record) =>
        (Subject is null || Subject == record.Subject)
        && (Actor is null || Actor == record.Actor)
        && (Type is null || Type == record.Type)
        && (Digest is not { } digest || record.Digests.Any(d => d.Value.Span.SequenceEqual(digest.Span)));
}

/// <summary>Which part of the log is searched, and how much of it at once.</summary>
public sealed record LeafRange
{
    /// <summary>Most leaves that one page can hold.</summary>
    public const int MaxLimit = 1000;

    /// <summary>The first log index.</summary>
    public ulong From { get; init; }

    /// <summary>The log index after the last. Defaults to the end of the log.</summary>
    public ulong To { get; init; } = ulong.MaxValue;

    /// <summary>Most leaves wanted at once. Defaults to 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Whether the newest come first. Defaults to false.</summary>
    public bool NewestFirst { get; init; }
}

/// <summary>A part of an answer.</summary>
/// <param name="Leaves">The leaves, in the order asked for. May be empty though more follow.</param>
/// <param name="Next">What to ask for to go on; null at the end.</param>
public sealed record LeafPage(IReadOnlyList<StoredLeaf> Leaves, LeafRange? Next);
