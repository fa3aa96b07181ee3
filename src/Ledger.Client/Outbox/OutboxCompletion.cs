using Ledger.Core.Blocks;
using Ledger.Core.Evidence;

namespace Ledger.Client.Outbox;

/// <summary>A record that was taken into an outbox.</summary>
/// <param name="Sequence">Its number, from 1 without gaps.</param>
/// <param name="IsNew">False when a record with the same key had been taken before; this one was not.</param>
public readonly record struct OutboxPlace(long Sequence, bool IsNew);

/// <summary>What became of a record. Immutable.</summary>
public sealed record OutboxCompletion
{
    /// <summary>The number of this completion, from 1 without gaps: what to resume after.</summary>
    public required long Number { get; init; }

    /// <summary>The record's number in the outbox.</summary>
    public required long Sequence { get; init; }

    /// <summary>The key that it was enqueued with, or null.</summary>
    public required string? Key { get; init; }

    /// <summary>The record's id on the chain; null when it was refused.</summary>
    public EvidenceId? Evidence { get; init; }

    /// <summary>The block that holds it, when recorded.</summary>
    public BlockHeight Height { get; init; }

    /// <summary>Its place in the channel's log, when recorded.</summary>
    public LogIndex Index { get; init; }

    /// <summary>Why the chain refused it (docs/spec/reasons.md); null when it is recorded.</summary>
    public string? Refusal { get; init; }

    /// <summary>Whether the record is on the chain.</summary>
    public bool IsRecorded => Evidence is not null;
}

/// <summary>What an outbox knows of a key.</summary>
/// <param name="Sequence">The record's number.</param>
/// <param name="Completion">What became of it; null while it is pending.</param>
public sealed record OutboxEntryState(long Sequence, OutboxCompletion? Completion);
