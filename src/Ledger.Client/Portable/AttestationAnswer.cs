using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;

namespace Ledger.Client.Portable;

/// <summary>What one node answered when it was asked to attest a header: an attestation that holds, or why not.</summary>
internal sealed record AttestationAnswer(HeaderAttestation? Attestation, string? Problem, RpcException? Fault)
{
    /// <summary>Whether the node says that it was no validator in the header's epoch, or does not go back so far.</summary>
    public bool IsOfLaterValidator => Fault?.Reason is "NOT_VALIDATOR" or "BEFORE_HISTORY";

    /// <summary>Reads and checks an answer: one that does not hold is as none.</summary>
    public static AttestationAnswer Read(
        AttestResponse answer, Receipt receipt, BlockHeader header, AttestationForm form, ValidatorSet validators)
    {
        if (answer.KeyId.Length != Hash256.Size || !answer.Header.Span.SequenceEqual(receipt.HeaderBytes.Span))
            return new AttestationAnswer(null, "a node attests another header", null);
        var attestation = new HeaderAttestation(
            new KeyId(new Hash256(answer.KeyId.Span)), answer.Signature.ToByteArray());
        return validators.IndexOf(attestation.Key) is { } index
            && AttestedReceiptVerifier.Holds(form, header, receipt.HeaderBytes, attestation, validators[index].Key)
            ? new AttestationAnswer(attestation, null, null)
            : new AttestationAnswer(null, "a node's attestation does not hold", null);
    }
}

/// <summary>The attestations of a quorum, or why there are too few.</summary>
internal sealed record GatheredAttestations(
    AttestedReceipt? Attested, bool OfEarlierValidators, string? Problem, RpcException? Last)
{
    /// <summary>Takes a quorum of what was answered, in the order of the validators.</summary>
    public static GatheredAttestations Of(
        Receipt receipt, AttestationForm form, BlockHeader header, ValidatorSet validators,
        IReadOnlyList<AttestationAnswer> answers)
    {
        var quorum = validators.Quorum.Quorum;
        var held = answers.Select(a => a.Attestation).OfType<HeaderAttestation>().DistinctBy(a => a.Key)
            .OrderBy(a => validators.IndexOf(a.Key)!.Value.Value).Take(quorum).ToArray();
        if (held.Length == quorum)
            return new GatheredAttestations(AttestedReceipt.Of(receipt, form, held), false, null, null);
        var problems = answers.Select(a => a.Problem).OfType<string>().ToArray();
        return new GatheredAttestations(
            null,
            answers.Any(a => a.IsOfLaterValidator),
            $"block {header.Height} is attested by {held.Length} validators and the quorum is {quorum} of "
            + $"{validators.Count}; give the addresses of all of them"
            + (problems.Length == 0 ? "" : $". {string.Join("; ", problems)}"),
            answers.Select(a => a.Fault).OfType<RpcException>().LastOrDefault());
    }
}
