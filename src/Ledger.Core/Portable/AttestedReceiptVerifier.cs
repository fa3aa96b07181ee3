using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Core.Portable;

/// <summary>
/// Verifies receipts whose header validators attest in another standard's form: the steps of docs/spec/receipt.md, but
/// that a quorum of attestations stands in the place of the last certificate.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. Never throws for hostile input.</remarks>
public static class AttestedReceiptVerifier
{
    /// <summary>Verifies a receipt.</summary>
    public static ReceiptVerdict Verify(AttestedReceipt receipt, Genesis genesis)
    {
        var entryFault = ReceiptVerifier.FindEntryFault(
            receipt.LeafBytes, receipt.Index, receipt.Path, receipt.HeaderBytes, genesis, out var content);
        if (entryFault is not null) return entryFault;
        return FindFault(receipt.Form, receipt.HeaderBytes, receipt.EpochChanges, receipt.Attestations, genesis)
            ?? ReceiptVerifier.Hold(content!, genesis);
    }

    /// <summary>
    /// Checks that a quorum of the validators of a header's epoch attests it, and the way to these validators.
    /// </summary>
    /// <returns>The first fault; null when it holds.</returns>
    public static ReceiptVerdict? FindFault(
        AttestationForm form,
        ReadOnlyMemory<byte> headerBytes,
        IReadOnlyList<EpochChange> changes,
        IReadOnlyList<HeaderAttestation> attestations,
        Genesis genesis)
    {
        var fault = ReceiptVerifier.FindValidatorsFault(
            headerBytes, changes, genesis, [], out var header, out var validators);
        return fault ?? FindAttestationFault(form, header!, headerBytes, attestations, validators!);
    }

    /// <summary>Whether one attestation holds.</summary>
    public static bool Holds(
        AttestationForm form,
        BlockHeader header,
        ReadOnlyMemory<byte> headerBytes,
        HeaderAttestation attestation,
        PublicKey key) =>
        key.Id == attestation.Key
        && ForeignSignatures.Verify(
            key, AttestationDigest.Of(form, attestation.Key, header, headerBytes), attestation.Signature.Span);

    private static ReceiptVerdict? FindAttestationFault(
        AttestationForm form,
        BlockHeader header,
        ReadOnlyMemory<byte> headerBytes,
        IReadOnlyList<HeaderAttestation> attestations,
        ValidatorSet validators)
    {
        var keys = new HashSet<KeyId>();
        foreach (var attestation in attestations)
        {
            if (!keys.Add(attestation.Key))
            {
                return Refuse(
                    ReceiptFault.Malformed, $"validator {attestation.Key} attests block {header.Height} twice");
            }

            if (validators.IndexOf(attestation.Key) is null)
            {
                return Refuse(
                    ReceiptFault.CertificateForeignValidator,
                    $"{attestation.Key} is not the key of a validator of epoch {validators.Epoch}");
            }
        }

        if (keys.Count < validators.Quorum.Quorum)
        {
            return Refuse(
                ReceiptFault.CertificateBelowQuorum,
                $"{keys.Count} validators attest block {header.Height}, and the quorum of epoch {validators.Epoch} is "
                + $"{validators.Quorum.Quorum} of {validators.Count}");
        }

        foreach (var attestation in attestations)
        {
            var validator = validators[validators.IndexOf(attestation.Key)!.Value];
            if (!Holds(form, header, headerBytes, attestation, validator.Key))
            {
                return Refuse(
                    ReceiptFault.CertificateSignatureInvalid,
                    $"the signature of validator {attestation.Key} over block {header.Height} does not hold");
            }
        }

        return null;
    }

    private static ReceiptVerdict Refuse(ReceiptFault fault, string detail) =>
        ReceiptVerifier.Refuse(fault, null, detail);
}
