using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Cbor;
using Ledger.Core.Cose;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;

namespace Ledger.Core.Portable;

/// <summary>
/// COSE receipts of consistency (RFC 9942), one from each validator of a quorum: the log of an earlier size is a prefix of
/// the log under a header. Holds exact bytes and claims nothing before <see cref="Verify"/>. Immutable.
/// </summary>
/// <remarks>docs/spec/cose-receipt.md section 4.</remarks>
public sealed record CoseConsistency
{
    private const int MaxPath = 2 * LogTree.MaxProofLength;

    /// <summary>The size of the earlier log.</summary>
    public required ulong From { get; init; }

    /// <summary>The consistency path, lowest first.</summary>
    public required IReadOnlyList<Hash256> Path { get; init; }

    /// <summary>The encoded header of the later log.</summary>
    public required ReadOnlyMemory<byte> HeaderBytes { get; init; }

    /// <summary>One for each validator that signed, no key twice.</summary>
    public required IReadOnlyList<HeaderAttestation> Attestations { get; init; }

    /// <summary>How each epoch before the header's ended, from epoch 0 on.</summary>
    public IReadOnlyList<EpochChange> EpochChanges { get; init; } = [];

    /// <summary>Writes the receipts: a CBOR array.</summary>
    /// <exception cref="ArgumentException">The header is not canonical.</exception>
    public byte[] Encode()
    {
        if (!BlockHeader.TryDecode(HeaderBytes.Span, out var header, out var error))
            throw new ArgumentException($"the header is not canonical: {error}");
        return new CoseQuorum
        {
            HeaderBytes = HeaderBytes,
            Attestations = Attestations,
            EpochChanges = EpochChanges,
            ProofLabel = CoseLabels.ConsistencyProofs,
            Proof = CoseReceipts.EncodeProof(From, header.LogSize, Path),
        }.ToValue().Encode();
    }

    /// <summary>Reads receipts: their layout, not whether they hold. The error is a sentence.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> file, [NotNullWhen(true)] out CoseConsistency? receipts,
        [NotNullWhen(false)] out string? error)
    {
        receipts = null;
        if (!CborValue.TryDecode(file, CoseReceipts.Limits, out var value, out var fault))
        {
            error = $"the receipts are not deterministic CBOR: {fault}";
            return false;
        }

        receipts = Read(value, out error);
        return receipts is not null;
    }

    /// <summary>Verifies the receipts from a root that is known to be that of the earlier log.</summary>
    public ConsistencyVerdict Verify(in Hash256 earlierRoot, Genesis genesis)
    {
        var fault = AttestedReceiptVerifier.FindFault(
            AttestationForm.Cose, HeaderBytes, EpochChanges, Attestations, genesis);
        if (fault is not null) return ConsistencyVerdict.Of(fault);
        if (!BlockHeader.TryDecode(HeaderBytes.Span, out var header, out _))
            return new ConsistencyVerdict(ReceiptFault.HeaderMalformed, null, "the header is not canonical");
        var verdict = LogProofs.VerifyConsistency(
            genesis.Suite.Hash, From, header.LogSize, [.. Path], earlierRoot, header.LogRoot);
        return verdict == LogProofVerdict.Valid
            ? new ConsistencyVerdict(
                ReceiptFault.None, null,
                $"the log of {From} leaves is a prefix of that of {header.LogSize} under block {header.Height}")
            : new ConsistencyVerdict(
                ReceiptFault.InclusionInvalid, null,
                $"the log of {From} leaves is not shown to be a prefix of that under block {header.Height} ({verdict})");
    }

    private static CoseConsistency? Read(CborValue array, out string? error)
    {
        if (CoseQuorum.Read(array, CoseLabels.ConsistencyProofs, out error) is not { } quorum) return null;
        error = "the consistency proof is not one of the header's log";
        if (!quorum.Leaf.IsEmpty || !CoseReceipts.TryTakeProof(quorum.Proof, MaxPath, out var from, out var to, out var path)
            || !BlockHeader.TryDecode(quorum.HeaderBytes.Span, out var header, out _) || to != header.LogSize)
        {
            return null;
        }

        error = null;
        return new CoseConsistency
        {
            From = from,
            Path = path,
            HeaderBytes = quorum.HeaderBytes,
            Attestations = quorum.Attestations,
            EpochChanges = quorum.EpochChanges,
        };
    }
}
