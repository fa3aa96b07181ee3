using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Transactions;

/// <summary>
/// What executing a transaction did (<c>ledger.core.v1.TransactionResult</c>). Canonical: every node writes the same
/// bytes, and the header's result root covers them.
/// </summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="Refusal">Why it failed, or <see cref="Refusal.None"/>.</param>
/// <param name="FirstLeaf">
/// The log index of its first record; meaningful when <paramref name="LeafCount"/> is not 0.
/// </param>
/// <param name="LeafCount">How many leaves it added to the log.</param>
public readonly record struct TransactionResult(
    Hash256 TransactionId,
    Refusal Refusal,
    LogIndex FirstLeaf,
    uint LeafCount)
{
    /// <summary>Whether the transaction took effect.</summary>
    public bool Succeeded => Refusal == Refusal.None;

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(64);
        writer.Hash(1, TransactionId);
        writer.UInt64(2, (ulong)Refusal);
        writer.UInt64(3, FirstLeaf.Value);
        writer.UInt64(4, LeafCount);
        return writer.ToArray();
    }

    /// <summary>Decodes a result.</summary>
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
        if (!Enum.IsDefined(refusal)) reader.Fail(DecodeErrorKind.BadValue, 2);
        var ok = reader.End();
        error = reader.Error;
        if (ok) result = new TransactionResult(id, refusal, first, count);
        return ok;
    }
}
