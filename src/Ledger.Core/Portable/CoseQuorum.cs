using Ledger.Core.Blocks;
using Ledger.Core.Cbor;
using Ledger.Core.Cose;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Receipts;

namespace Ledger.Core.Portable;

/// <summary>
/// What COSE receipts of a quorum have in common, whatever they prove: one COSE_Sign1 from each validator over the root of
/// one header, with one proof. Immutable.
/// </summary>
/// <remarks>
/// Everything but the signatures follows from a few values: a reader takes them from where they must be, and what they
/// make must be what was read. So there is one encoding, and no field that nobody looked at.
/// </remarks>
internal sealed record CoseQuorum
{
    private const int MillisecondsPerSecond = 1000;

    public required ReadOnlyMemory<byte> HeaderBytes { get; init; }

    public required IReadOnlyList<HeaderAttestation> Attestations { get; init; }

    public required IReadOnlyList<EpochChange> EpochChanges { get; init; }

    /// <summary>Which kind of proof.</summary>
    public required long ProofLabel { get; init; }

    /// <summary>The encoded proof.</summary>
    public required ReadOnlyMemory<byte> Proof { get; init; }

    /// <summary>The entry whose inclusion is proven; empty when the proof is of something else.</summary>
    public ReadOnlyMemory<byte> Leaf { get; init; }

    /// <summary>How the receipts name the log: as issuer, and before <c>/blocks/</c> and a height as subject.</summary>
    public static string LogName(ChannelId channel) => $"ledger:{channel}";

    /// <summary>The protected header of one validator's receipt.</summary>
    public static CborValue ProtectedHeader(KeyId key, BlockHeader header, ReadOnlyMemory<byte> headerBytes) =>
        CborValue.Map(
            (CborValue.Of(CoseLabels.Algorithm), CborValue.Of(CoseLabels.Es256K)),
            (CborValue.Of(CoseLabels.KeyId), CborValue.Of(key.Value.ToArray())),
            (CborValue.Of(CoseLabels.CwtClaims), CborValue.Map(
                (CborValue.Of(CoseLabels.Issuer), CborValue.Of(LogName(header.Channel))),
                (CborValue.Of(CoseLabels.Subject), CborValue.Of($"{LogName(header.Channel)}/blocks/{header.Height}")),
                (CborValue.Of(CoseLabels.IssuedAt),
                    CborValue.Of(header.Time.UnixMilliseconds / MillisecondsPerSecond)))),
            (CborValue.Of(CoseLabels.DataStructure), CborValue.Of(CoseLabels.Rfc9162Sha256)),
            (CborValue.Of(CoseLabels.BlockHeader), CborValue.Of(headerBytes)));

    /// <summary>The array of receipts.</summary>
    /// <exception cref="ArgumentException">The header is not canonical.</exception>
    public CborValue ToValue()
    {
        if (!BlockHeader.TryDecode(HeaderBytes.Span, out var header, out var error))
            throw new ArgumentException($"the header is not canonical: {error}");
        return CborValue.Array(Attestations.Select((attestation, place) => CborValue.Of(CoseSign1.Create(
            ProtectedHeader(attestation.Key, header, HeaderBytes), UnprotectedHeader(place == 0), null,
            attestation.Signature).Encode())));
    }

    /// <summary>Reads an array of receipts with one kind of proof; null with a sentence when it is none.</summary>
    public static CoseQuorum? Read(CborValue array, long proofLabel, out string? error)
    {
        error = "the receipts are not an array of byte strings, one for each validator";
        if (array.Kind != CborKind.Array || array.Items.Count is 0 or > AttestedReceipt.MaxAttestations) return null;
        var attestations = new List<HeaderAttestation>();
        var keys = new HashSet<KeyId>();
        CoseSign1? first = null;
        foreach (var item in array.Items)
        {
            if (item.Kind != CborKind.Bytes) return null;
            if (!CoseSign1.TryDecode(item.Bytes, CoseReceipts.Limits, out var message, out error)) return null;
            first ??= message;
            error = $"receipt {attestations.Count} has not the key id of a validator";
            if (message.Protected.Find(CoseLabels.KeyId) is not { Bytes.Length: Hash256.Size } key) return null;
            var attestation = new HeaderAttestation(new KeyId(new Hash256(key.Bytes.Span)), message.Signature);
            error = "a validator's receipt is there twice";
            if (!keys.Add(attestation.Key)) return null;
            attestations.Add(attestation);
        }

        var quorum = ReadFirst(first!, attestations, proofLabel, out error);
        if (quorum is null) return null;
        error = "the receipts do not have the layout of this format";
        if (!quorum.ToValue().Encode().AsSpan().SequenceEqual(array.Encode())) return null;
        error = null;
        return quorum;
    }

    private static CoseQuorum? ReadFirst(
        CoseSign1 message, List<HeaderAttestation> attestations, long proofLabel, out string? error)
    {
        error = "the first receipt has no block header";
        if (message.Protected.Find(CoseLabels.BlockHeader) is not { Kind: CborKind.Bytes } header) return null;
        error = "the block header is not canonical";
        if (!BlockHeader.TryDecode(header.Bytes.Span, out _, out _)) return null;
        error = "the first receipt has not one proof of the kind that is looked for";
        var proofs = message.Unprotected.Find(CoseLabels.DataStructureProofs)?.Find(proofLabel);
        if (proofs is not { Kind: CborKind.Array, Items: [{ Kind: CborKind.Bytes } proof] }) return null;
        error = "the first receipt's leaf is empty or too large";
        var leaf = message.Unprotected.Find(CoseLabels.Leaf);
        if (leaf is not (null or { Bytes.Length: > 0 and <= EvidenceLimits.LeafBytes })) return null;
        error = "the epoch changes are not canonical";
        if (!TryReadChanges(message.Unprotected.Find(CoseLabels.EpochChanges), out var changes)) return null;
        error = null;
        return new CoseQuorum
        {
            HeaderBytes = header.Bytes,
            Attestations = attestations,
            EpochChanges = changes,
            ProofLabel = proofLabel,
            Proof = proof.Bytes,
            Leaf = leaf?.Bytes ?? default,
        };
    }

    private static bool TryReadChanges(CborValue? value, out List<EpochChange> changes)
    {
        changes = [];
        if (value is null) return true;
        if (value.Kind != CborKind.Array || value.Items.Count is 0 or > Receipt.MaxEpochChanges) return false;
        foreach (var item in value.Items)
        {
            if (!EpochChange.TryDecode(item.Bytes.Span, out var change, out _)) return false;
            changes.Add(change);
        }

        return true;
    }

    private CborValue UnprotectedHeader(bool isFirst)
    {
        List<(CborValue, CborValue)> entries =
        [
            (CborValue.Of(CoseLabels.DataStructureProofs), CborValue.Map(
                (CborValue.Of(ProofLabel), CborValue.Array(CborValue.Of(Proof))))),
        ];
        if (isFirst && !Leaf.IsEmpty) entries.Add((CborValue.Of(CoseLabels.Leaf), CborValue.Of(Leaf)));
        if (isFirst && EpochChanges.Count > 0)
        {
            entries.Add((CborValue.Of(CoseLabels.EpochChanges), CborValue.Array(
                EpochChanges.Select(c => CborValue.Of(c.Encode())))));
        }

        return CborValue.Map(entries);
    }
}
