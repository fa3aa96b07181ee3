using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Cbor;
using Ledger.Core.Cose;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;

namespace Ledger.Core.Portable;

/// <summary>
/// COSE receipts (RFC 9942) of one leaf, one from each validator of a quorum: the value of the header parameter
/// <c>receipts</c>, an array of byte strings with a COSE_Sign1 each. Alone it is a file; in a signed statement it makes
/// that a transparent one.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/cose-receipt.md.</remarks>
public static class CoseReceipts
{
    /// <summary>The media type of the file.</summary>
    public const string MediaType = "application/cbor";

    /// <summary>The media type of one validator's receipt alone (RFC 9943).</summary>
    public const string OneMediaType = "application/scitt-receipt+cose";

    /// <summary>Largest file in bytes.</summary>
    public const int MaxBytes = Receipt.MaxBytes;

    // Bound: what 4,096 epoch changes and 256 receipts of one leaf can have.
    internal static CborLimits Limits { get; } = new(MaxBytes, 1 << 17, 8);

    /// <summary>Whether a file can be one: it begins with the head of a CBOR array.</summary>
    public static bool IsOne(ReadOnlySpan<byte> file) => !file.IsEmpty && file[0] >> 5 == 4;

    /// <summary>The protected header of one validator's receipt: with the log root, what it signs.</summary>
    public static CborValue ProtectedHeader(KeyId key, BlockHeader header, ReadOnlyMemory<byte> headerBytes) =>
        CoseQuorum.ProtectedHeader(key, header, headerBytes);

    /// <summary>Writes the receipts.</summary>
    /// <exception cref="ArgumentException">The receipt is not for COSE, or its header is not canonical.</exception>
    public static byte[] Encode(AttestedReceipt receipt) => ToValue(receipt).Encode();

    /// <summary>
    /// Writes the receipt of the first validator alone, as one tagged COSE_Sign1: what one node can answer.
    /// </summary>
    /// <exception cref="ArgumentException">The receipt is not for COSE, has no attestation, or its header is not
    /// canonical.</exception>
    public static byte[] EncodeFirst(AttestedReceipt receipt) => receipt.Attestations.Count > 0
        ? ToValue(receipt).Items[0].Bytes.ToArray()
        : throw new ArgumentException("nobody attests this receipt", nameof(receipt));

    /// <summary>Reads receipts: their layout, not whether they hold. The error is a sentence.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> file, [NotNullWhen(true)] out AttestedReceipt? receipt,
        [NotNullWhen(false)] out string? error)
    {
        receipt = null;
        if (!CborValue.TryDecode(file, Limits, out var value, out var fault))
        {
            error = $"the receipts are not deterministic CBOR: {fault}";
            return false;
        }

        return TryTake(value, out receipt, out error);
    }

    /// <summary>Takes receipts from the array that they are.</summary>
    internal static bool TryTake(
        CborValue array, [NotNullWhen(true)] out AttestedReceipt? receipt, [NotNullWhen(false)] out string? error)
    {
        receipt = Read(array, out error);
        return receipt is not null;
    }

    /// <summary>The array as a value, to be put into a signed statement.</summary>
    internal static CborValue ToValue(AttestedReceipt receipt)
    {
        if (receipt.Form != AttestationForm.Cose)
            throw new ArgumentException("the validators did not sign this receipt for COSE", nameof(receipt));
        if (!BlockHeader.TryDecode(receipt.HeaderBytes.Span, out var header, out var error))
            throw new ArgumentException($"the header is not canonical: {error}", nameof(receipt));
        return new CoseQuorum
        {
            HeaderBytes = receipt.HeaderBytes,
            Attestations = receipt.Attestations,
            EpochChanges = receipt.EpochChanges,
            ProofLabel = CoseLabels.InclusionProofs,
            Proof = EncodeProof(header.LogSize, receipt.Index.Value, receipt.Path),
            Leaf = receipt.LeafBytes,
        }.ToValue();
    }

    /// <summary>A proof as COSE has it: two numbers and the path.</summary>
    internal static byte[] EncodeProof(ulong first, ulong second, IReadOnlyList<Hash256> path) => CborValue.Array(
        CborValue.Of(first), CborValue.Of(second),
        CborValue.Array(path.Select(h => CborValue.Of(h.ToArray())))).Encode();

    /// <summary>Reads such a proof.</summary>
    internal static bool TryTakeProof(
        ReadOnlyMemory<byte> proof, int maxPath, out ulong first, out ulong second, out List<Hash256> path)
    {
        (first, second, path) = (0, 0, []);
        if (!CborValue.TryDecode(proof, Limits, out var value, out _) || value.Kind != CborKind.Array
            || value.Items.Count != 3 || value.Items[0].Kind != CborKind.Unsigned
            || value.Items[1].Kind != CborKind.Unsigned || value.Items[2].Kind != CborKind.Array
            || value.Items[2].Items.Count > maxPath)
        {
            return false;
        }

        (first, second) = (value.Items[0].Argument, value.Items[1].Argument);
        foreach (var hash in value.Items[2].Items)
        {
            if (hash.Bytes.Length != Hash256.Size) return false;
            path.Add(new Hash256(hash.Bytes.Span));
        }

        return true;
    }

    private static AttestedReceipt? Read(CborValue array, out string? error)
    {
        if (CoseQuorum.Read(array, CoseLabels.InclusionProofs, out error) is not { } quorum) return null;
        error = "the first receipt has no leaf";
        if (quorum.Leaf.IsEmpty) return null;
        error = "the inclusion proof is not one of the header's log";
        if (!TryTakeProof(quorum.Proof, Receipt.MaxPath, out var size, out var index, out var path)
            || index >= LogTree.MaxSize || !BlockHeader.TryDecode(quorum.HeaderBytes.Span, out var header, out _)
            || size != header.LogSize)
        {
            return null;
        }

        error = null;
        return new AttestedReceipt
        {
            Form = AttestationForm.Cose,
            LeafBytes = quorum.Leaf,
            Index = new LogIndex(index),
            Path = path,
            HeaderBytes = quorum.HeaderBytes,
            Attestations = quorum.Attestations,
            EpochChanges = quorum.EpochChanges,
        };
    }
}
