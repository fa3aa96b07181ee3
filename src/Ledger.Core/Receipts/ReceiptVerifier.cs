using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;

namespace Ledger.Core.Receipts;

/// <summary>
/// Verifies receipts against a genesis document: offline, with no trust in whoever handed them over. Takes the steps of
/// docs/spec/receipt.md in their order; the first that fails makes the verdict.
/// </summary>
/// <remarks>
/// Stateless and safe for concurrent use. Never throws for hostile input. One signature check for each signer.
/// </remarks>
public static class ReceiptVerifier
{
    /// <summary>Verifies a receipt in its binary form.</summary>
    public static ReceiptVerdict Verify(ReadOnlySpan<byte> encoded, Genesis genesis) =>
        Receipt.TryDecode(encoded, out var receipt, out var error)
            ? Verify(receipt, genesis)
            : Refuse(ReceiptFault.Malformed, null, $"the receipt is not canonical: {error}");

    /// <summary>Verifies a receipt.</summary>
    public static ReceiptVerdict Verify(Receipt receipt, Genesis genesis)
    {
        var entryFault = FindEntryFault(
            receipt.LeafBytes, receipt.Index, receipt.Path, receipt.HeaderBytes, genesis, out var content);
        if (entryFault is not null) return entryFault;
        var proof = new HeaderProof(receipt.HeaderBytes, receipt.CertificateBytes, receipt.EpochChanges);
        return FindProofFault(proof, genesis, [], out _) ?? Hold(content!, genesis);
    }

    /// <summary>
    /// Whether a record carries a digest: compare what <paramref name="algorithm"/> gives for a file with what was
    /// anchored.
    /// </summary>
    public static bool MatchesDigest(EvidenceRecord record, string algorithm, ReadOnlySpan<byte> digest)
    {
        foreach (var candidate in record.Digests)
        {
            if (candidate.Algorithm == algorithm && candidate.Value.Span.SequenceEqual(digest)) return true;
        }

        return false;
    }

    /// <summary>
    /// Checks that a leaf is in the log of a header: steps 2 to 4 of docs/spec/receipt.md. The content is proven only once
    /// the header is.
    /// </summary>
    internal static ReceiptVerdict? FindEntryFault(
        ReadOnlyMemory<byte> leafBytes,
        LogIndex index,
        IReadOnlyList<Hash256> path,
        ReadOnlyMemory<byte> headerBytes,
        Genesis genesis,
        out ReceiptContent? content)
    {
        content = null;
        var hash = genesis.Suite.Hash;
        if (!EvidenceLeaf.TryDecode(leafBytes, out var leaf, out var record, out var error))
            return Refuse(ReceiptFault.LeafMalformed, null, $"the leaf is not canonical: {error}");
        if (FindHeaderFault(headerBytes, genesis, null, out var header) is { } headerFault) return headerFault;

        var leafHash = EvidenceLeaf.HashOf(leafBytes.Span, hash);
        Hash256[] hashes = [.. path];
        var inclusion = LogProofs.VerifyInclusion(
            hash, leafHash, index.Value, header!.LogSize, hashes, header.LogRoot);
        if (inclusion != LogProofVerdict.Valid)
        {
            return Refuse(
                ReceiptFault.InclusionInvalid,
                null,
                $"the path does not lead from the leaf at index {index} to the log root of block "
                + $"{header.Height} ({inclusion})");
        }

        content = new ReceiptContent(record, leaf, leafHash, index, header, BlockHeader.HashOf(headerBytes.Span, hash));
        return null;
    }

    /// <summary>The verdict that everything holds.</summary>
    internal static ReceiptVerdict Hold(ReceiptContent content, Genesis genesis) => new(
        ReceiptFault.None,
        null,
        $"'{content.Record.Type}' on '{content.Record.Subject}' was anchored by '{content.Leaf.Member}' at "
        + $"{content.Leaf.Time}, as leaf {content.Index} of channel '{genesis.ChannelName}' of {genesis.Consortium}",
        content);

    /// <summary>
    /// Follows the epochs from genesis to <paramref name="epoch"/> and adds how each before it ended.
    /// </summary>
    /// <returns>The first fault; null when every change holds.</returns>
    internal static ReceiptVerdict? FollowEpochs(
        IReadOnlyList<EpochChange> changes, Epoch epoch, Genesis genesis, List<EpochEnd> ends)
    {
        var count = (ulong)changes.Count;
        if (count != epoch.Value)
        {
            return Refuse(
                count < epoch.Value ? ReceiptFault.EpochChangeMissing : ReceiptFault.EpochChangeSurplus,
                null,
                $"the block is of epoch {epoch}, so there must be that many epoch changes, not {count}");
        }

        var validators = genesis.Validators;
        BlockHeight? height = null;
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (FindHeaderFault(change.HeaderBytes, genesis, i, out var ending) is { } headerFault) return headerFault;
            if (ending!.Epoch != validators.Epoch)
            {
                return Refuse(
                    ReceiptFault.EpochOutOfOrder,
                    i,
                    $"epoch change {i} ends epoch {ending.Epoch}, and it must end epoch {validators.Epoch}");
            }

            if (height is { } below && ending.Height <= below) return HeightFault(i, ending.Height, below);
            var setFault = FindValidatorsFault(change, ending, genesis.Suite, i, out var next);
            if (setFault is not null) return setFault;
            var certificateFault = FindCertificateFault(
                change.CertificateBytes, change.HeaderBytes, validators, genesis.Suite, i, out var certificate);
            if (certificateFault is not null) return certificateFault;
            ends.Add(new EpochEnd(validators, ending, change.HeaderBytes, certificate!, next!));
            validators = next!;
            height = ending.Height;
        }

        return null;
    }

    /// <summary>
    /// Checks a header and its certificate from genesis: steps 3 and 5 to 8 of docs/spec/receipt.md.
    /// </summary>
    internal static ReceiptVerdict? FindProofFault(
        HeaderProof proof, Genesis genesis, List<EpochEnd> ends, out CertifiedBlockContent? content)
    {
        content = null;
        var earlier = FindValidatorsFault(
            proof.HeaderBytes, proof.EpochChanges, genesis, ends, out var header, out var validators);
        if (earlier is not null) return earlier;
        var fault = FindCertificateFault(
            proof.CertificateBytes, proof.HeaderBytes, validators!, genesis.Suite, null, out var certificate);
        if (fault is not null) return fault;
        var hash = BlockHeader.HashOf(proof.HeaderBytes.Span, genesis.Suite.Hash);
        content = new CertifiedBlockContent(header!, proof.HeaderBytes, hash, certificate!, validators!);
        return null;
    }

    /// <summary>
    /// Finds the validators that a header must be vouched for by: steps 3 and 5 to 7 of docs/spec/receipt.md.
    /// </summary>
    internal static ReceiptVerdict? FindValidatorsFault(
        ReadOnlyMemory<byte> headerBytes,
        IReadOnlyList<EpochChange> changes,
        Genesis genesis,
        List<EpochEnd> ends,
        out BlockHeader? header,
        out ValidatorSet? validators)
    {
        validators = null;
        if (FindHeaderFault(headerBytes, genesis, null, out header) is { } headerFault) return headerFault;
        if (FollowEpochs(changes, header!.Epoch, genesis, ends) is { } epochFault) return epochFault;
        if (ends.Count > 0 && header.Height <= ends[^1].Header.Height)
            return HeightFault(null, header.Height, ends[^1].Header.Height);
        validators = ends.Count > 0 ? ends[^1].Next : genesis.Validators;
        return null;
    }

    /// <summary>Whether a certificate holds over a header.</summary>
    internal static bool IsCertified(
        ReadOnlyMemory<byte> certificate, ReadOnlyMemory<byte> header, ValidatorSet validators, CryptoSuite suite) =>
        FindCertificateFault(certificate, header, validators, suite, null, out _) is null;

    private static ReceiptVerdict? FindHeaderFault(
        ReadOnlyMemory<byte> bytes, Genesis genesis, int? change, out BlockHeader? header)
    {
        if (!BlockHeader.TryDecode(bytes.Span, out header, out var error))
        {
            return Refuse(
                ReceiptFault.HeaderMalformed, change, $"{Place(change)}: the header is not canonical: {error}");
        }

        return header.Channel == genesis.Channel
            ? null
            : Refuse(
                ReceiptFault.WrongChannel,
                change,
                $"{Place(change)}: the header is of channel {header.Channel}, and the genesis document is of channel "
                + $"{genesis.Channel}; use the genesis document of the receipt's channel");
    }

    private static ReceiptVerdict? FindValidatorsFault(
        EpochChange change, BlockHeader ending, CryptoSuite suite, int index, out ValidatorSet? next)
    {
        next = null;
        if (ending.NextValidators is not { } expected)
        {
            return Refuse(
                ReceiptFault.EpochNotEnded,
                index,
                $"epoch change {index}: block {ending.Height} does not end its epoch");
        }

        if (!ValidatorSet.TryDecode(change.ValidatorsBytes.Span, suite, out next, out var error))
        {
            return Refuse(
                ReceiptFault.ValidatorsMalformed, index, $"epoch change {index}: the set is not canonical: {error}");
        }

        if (next.HashWith(suite.Hash) != expected)
        {
            return Refuse(
                ReceiptFault.ValidatorsMismatch,
                index,
                $"epoch change {index}: the set is not the one that block {ending.Height} names");
        }

        return next.Epoch == ending.Epoch.Next
            ? null
            : Refuse(
                ReceiptFault.ValidatorsWrongEpoch,
                index,
                $"epoch change {index}: the set is of epoch {next.Epoch}, and it must be of epoch {ending.Epoch.Next}");
    }

    private static ReceiptVerdict? FindCertificateFault(
        ReadOnlyMemory<byte> bytes,
        ReadOnlyMemory<byte> headerBytes,
        ValidatorSet validators,
        CryptoSuite suite,
        int? change,
        out QuorumCertificate? certificate)
    {
        if (!QuorumCertificate.TryDecode(bytes.Span, out certificate, out var error))
        {
            return Refuse(
                ReceiptFault.CertificateMalformed,
                change,
                $"{Place(change)}: the certificate is not canonical: {error}");
        }

        var fault = certificate.Verify(BlockHeader.HashOf(headerBytes.Span, suite.Hash), validators, suite);
        return fault == CertificateFault.None
            ? null
            : Refuse(
                ReceiptFaultOf(fault),
                change,
                $"{Place(change)}: the certificate does not hold ({fault}; {certificate.SignerCount} signers, and the "
                + $"quorum of epoch {validators.Epoch} is {validators.Quorum.Quorum} of {validators.Count})");
    }

    private static ReceiptFault ReceiptFaultOf(CertificateFault fault) => fault switch
    {
        CertificateFault.OtherHeader => ReceiptFault.CertificateOtherHeader,
        CertificateFault.BitmapLength => ReceiptFault.CertificateBitmapLength,
        CertificateFault.ForeignValidator => ReceiptFault.CertificateForeignValidator,
        CertificateFault.SignatureCount => ReceiptFault.CertificateSignatureCount,
        CertificateFault.BelowQuorum => ReceiptFault.CertificateBelowQuorum,
        CertificateFault.SignatureInvalid => ReceiptFault.CertificateSignatureInvalid,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "not a fault"),
    };

    internal static ReceiptVerdict HeightFault(int? change, BlockHeight height, BlockHeight below) => Refuse(
        ReceiptFault.HeightNotIncreasing,
        change,
        $"{Place(change)}: block {height} is not above block {below}, which ended the epoch before");

    private static string Place(int? change) => change is { } index
        ? string.Create(CultureInfo.InvariantCulture, $"epoch change {index}")
        : "the receipt's own block";

    internal static ReceiptVerdict Refuse(ReceiptFault fault, int? change, string detail) =>
        new(fault, change, detail, null);
}
