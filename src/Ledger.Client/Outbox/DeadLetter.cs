namespace Ledger.Client.Outbox;

/// <summary>A record that the chain refused for good. Immutable.</summary>
/// <param name="Sequence">Its number in the outbox.</param>
/// <param name="Key">The key that it was enqueued with, or null.</param>
/// <param name="Reason">Why (docs/spec/reasons.md).</param>
/// <param name="Detail">The same as a sentence, or null.</param>
/// <param name="At">When it was put aside.</param>
/// <param name="Record">The record's exact bytes; <c>EvidenceRecord.TryDecode</c> reads them.</param>
public sealed record DeadLetter(
    long Sequence, string? Key, string Reason, string? Detail, DateTimeOffset At, ReadOnlyMemory<byte> Record);
