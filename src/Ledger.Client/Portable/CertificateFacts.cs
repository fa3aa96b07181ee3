using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Membership;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;

namespace Ledger.Client.Portable;

/// <summary>Who vouches for a verified receipt's header, and how the validators came to be.</summary>
internal sealed record CertificateFacts(
    ValidatorSet Validators,
    IReadOnlyList<Validator> Signers,
    IReadOnlyList<(BlockHeader Header, ValidatorSet Next)> Epochs)
{
    /// <summary>Collects them.</summary>
    /// <exception cref="ArgumentException">The receipt was not verified against this genesis.</exception>
    public static CertificateFacts Of(AnyReceipt receipt, ReceiptContent content, Genesis genesis)
    {
        var changes = receipt.Certified?.EpochChanges ?? receipt.Attested!.EpochChanges;
        if (!EpochHistory.TryFollow(changes, genesis, out var history, out var fault))
            throw new ArgumentException($"the receipt does not hold: {fault.Detail}", nameof(receipt));
        var validators = history.ValidatorsOf(content.Header.Epoch)
            ?? throw new ArgumentException("the receipt does not hold", nameof(receipt));
        var epochs = new List<(BlockHeader, ValidatorSet)>();
        foreach (var change in changes)
        {
            if (!BlockHeader.TryDecode(change.HeaderBytes.Span, out var header, out _)
                || history.ValidatorsOf(header.NextEpoch) is not { } next)
            {
                throw new ArgumentException("the receipt does not hold", nameof(receipt));
            }

            epochs.Add((header, next));
        }

        return new CertificateFacts(validators, SignersOf(receipt, validators), epochs);
    }

    private static List<Validator> SignersOf(AnyReceipt receipt, ValidatorSet validators)
    {
        var signers = new List<Validator>();
        QuorumCertificate? certificate = null;
        if (receipt.Certified is { } certified)
            QuorumCertificate.TryDecode(certified.CertificateBytes.Span, out certificate, out _);
        for (var i = 0; i < validators.Count; i++)
        {
            var index = new ValidatorIndex(i);
            var signed = certificate?.IsSignedBy(index)
                ?? receipt.Attested!.Attestations.Any(a => a.Key == validators[index].Key.Id);
            if (signed) signers.Add(validators[index]);
        }

        return signers;
    }
}
