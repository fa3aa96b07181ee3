using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Transactions;

/// <summary>
/// What executing a transaction did (<c>ledger.core.v1.TransactionResult</c>). Canonical: every node writes the same
/// bytes, and the header's result root covers them.
/// </summary>
/// <param name="TransactionId">The transaction; of a scheduled call, its entry in the schedule.</param>
/// <param name="Refusal">Why it failed, or <see cref="Refusal.None"/>.</param>
/// <param name="FirstLeaf">
/// The log index of its first record; meaningful when <paramref name="LeafCount"/> is not 0.
/// </param>
/// <param name="LeafCount">How many leaves it added to the log.</param>
/// <param name="ContractOutcome">
/// The encoded <see cref="Contracts.ContractOutcome"/> of a contract transaction or scheduled call that was executed;
/// empty otherwise.
/// </param>
public readonly record struct TransactionResult(
    Hash256 TransactionId,
    Refusal Refusal,
    LogIndex FirstLeaf,
    uint LeafCount,
    ReadOnlyMemory<byte> ContractOutcome = default)
{
    /// <summary>Largest encoding in bytes.</summary>
    public const int MaxBytes = ContractLimits.OutcomeBytes + 128;

    /// <summary>Whether the transaction took effect.</summary>
    public bool Succeeded => Refusal == Refusal.None;

    /// <summary>The decoded outcome; null when there is none.</summary>
    public ContractOutcome? Outcome =>
        !ContractOutcome.IsEmpty && Contracts.ContractOutcome.TryDecode(ContractOutcome.Span, out var outcome, out _)
            ? outcome
            : null;

    /// <inheritdoc/>
    public bool Equals(TransactionResult other) =>
        TransactionId == other.TransactionId && Refusal == other.Refusal && FirstLeaf == other.FirstLeaf
        && LeafCount == other.LeafCount && ContractOutcome.Span.SequenceEqual(other.ContractOutcome.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => TransactionId.GetHashCode();

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(64 + ContractOutcome.Length);
        writer.Hash(1, TransactionId);
        writer.UInt64(2, (ulong)Refusal);
        writer.UInt64(3, FirstLeaf.Value);
        writer.UInt64(4, LeafCount);
        writer.Bytes(5, ContractOutcome.Span);
        return writer.ToArray();
    }

    /// <summary>Decodes a result. The outcome is a copy.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out TransactionResult? result,
        out DecodeError error)
    {
        result = null;
        var reader = new CanonicalReader(bytes);
        var id = reader.Hash(1);
        var refusal = (Refusal)reader.UInt32(2, 1 << 16);
        var first = new LogIndex(reader.UInt64(3));
        var count = reader.UInt32(4);
        var outcome = reader.Bytes(5, ContractLimits.OutcomeBytes);
        if (!Enum.IsDefined(refusal)) reader.Fail(DecodeErrorKind.BadValue, 2);
        if (reader.Ok && !Agrees(outcome, refusal, count)) reader.Fail(DecodeErrorKind.BadValue, 5);
        var ok = reader.End();
        error = reader.Error;
        if (ok) result = new TransactionResult(id, refusal, first, count, outcome.ToArray());
        return ok;
    }

    // An outcome says in other words what refusal and leaf count say: a result that contradicts itself is none.
    private static bool Agrees(ReadOnlySpan<byte> bytes, Refusal refusal, uint leaves)
    {
        if (bytes.IsEmpty) return refusal != Refusal.ContractFailed;
        if (!Contracts.ContractOutcome.TryDecode(bytes, out var outcome, out _)) return false;
        var expected = outcome.Status == ContractStatus.Returned ? Refusal.None : Refusal.ContractFailed;
        return refusal == expected && leaves == (uint)outcome.Records.Count;
    }
}
