using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Core.Portable;

/// <summary>
/// Proof that a record was anchored, in which a quorum of validators vouch for the header by signatures in the form of
/// another standard instead of by a quorum certificate. Holds exact bytes and claims nothing. Immutable.
/// </summary>
/// <remarks>
/// <see cref="CoseReceipts"/> and <see cref="TlogProof"/> write and read it; <see cref="AttestedReceiptVerifier"/> says
/// whether it holds.
/// </remarks>
public sealed record AttestedReceipt
{
    /// <summary>Most attestations: one for each validator.</summary>
    public const int MaxAttestations = ValidatorSet.MaxValidators;

    /// <summary>In which form the validators signed.</summary>
    public required AttestationForm Form { get; init; }

    /// <summary>The encoded leaf: the log tree's leaf data, the entry.</summary>
    public required ReadOnlyMemory<byte> LeafBytes { get; init; }

    /// <summary>The leaf's place in the log.</summary>
    public required LogIndex Index { get; init; }

    /// <summary>
    /// The inclusion path to the header's log root, lowest first; at most <see cref="Receipt.MaxPath"/>.
    /// </summary>
    public required IReadOnlyList<Hash256> Path { get; init; }

    /// <summary>The encoded header.</summary>
    public required ReadOnlyMemory<byte> HeaderBytes { get; init; }

    /// <summary>One for each validator that signed; at most <see cref="MaxAttestations"/>, no key twice.</summary>
    public required IReadOnlyList<HeaderAttestation> Attestations { get; init; }

    /// <summary>How each epoch before the header's ended, from epoch 0 on.</summary>
    public IReadOnlyList<EpochChange> EpochChanges { get; init; } = [];

    /// <summary>Puts attestations in the place of a receipt's certificate.</summary>
    public static AttestedReceipt Of(
        Receipt receipt, AttestationForm form, IReadOnlyList<HeaderAttestation> attestations) => new()
    {
        Form = form,
        LeafBytes = receipt.LeafBytes,
        Index = receipt.Index,
        Path = receipt.Path,
        HeaderBytes = receipt.HeaderBytes,
        Attestations = attestations,
        EpochChanges = receipt.EpochChanges,
    };

    /// <inheritdoc/>
    public bool Equals(AttestedReceipt? other) => other is not null
        && Form == other.Form
        && Index == other.Index
        && LeafBytes.Span.SequenceEqual(other.LeafBytes.Span)
        && Path.SequenceEqual(other.Path)
        && HeaderBytes.Span.SequenceEqual(other.HeaderBytes.Span)
        && Attestations.SequenceEqual(other.Attestations)
        && EpochChanges.SequenceEqual(other.EpochChanges);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Index);
        hash.AddBytes(LeafBytes.Span);
        return hash.ToHashCode();
    }
}
