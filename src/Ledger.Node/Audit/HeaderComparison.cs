using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Node.Wire;
using Ledger.Storage.Audit;
using Ledger.Storage.Blocks;

namespace Ledger.Node.Audit;

/// <summary>What comparing a served header with this node's own found.</summary>
/// <param name="Finding">What is wrong; None when nothing is.</param>
/// <param name="Signers">Bitmap of who signed this node's block, by a certificate that holds.</param>
/// <param name="Detail">A sentence about what is wrong.</param>
/// <param name="Culprits">Whom what was served proves guilty.</param>
internal sealed record HeaderVerdict(
    FindingKind Finding, byte[] Signers, string Detail, IReadOnlyList<ForensicCulprit> Culprits);

/// <summary>Compares what a validator serves at a height with what is certified here. Pure.</summary>
internal static class HeaderComparison
{
    private static readonly byte[] Nobody = [];

    /// <summary>Compares one header. <paramref name="validators"/> are those of the own header's epoch, and
    /// <paramref name="ends"/> lead to them.</summary>
    public static HeaderVerdict Compare(
        StoredHeader own, QuorumCertificate? ownCertificate, ServedHeader served, ValidatorSet validators, Genesis genesis,
        IReadOnlyList<EpochChange> ends)
    {
        var height = own.Header.Height;
        if (!BlockHeader.TryDecode(served.HeaderBytes.Span, out var header, out var error))
            return Wrong(FindingKind.MalformedAnswer, $"the header served for height {height} is not canonical: {error}");
        if (header.Channel != genesis.Channel || header.Height != height)
            return Wrong(FindingKind.MalformedAnswer, $"asked for height {height}, it served another block");
        var hash = BlockHeader.HashOf(served.HeaderBytes.Span, genesis.Suite.Hash);
        return hash == own.Hash
            ? CompareCertificates(own, ownCertificate, served, validators, genesis)
            : CompareBlocks(own, ownCertificate, header, served, validators, genesis, ends);
    }

    /// <summary>Bitmap of a certificate's signers.</summary>
    public static byte[] SignersOf(QuorumCertificate certificate, ValidatorSet validators)
    {
        var signers = new byte[(validators.Count + 7) / 8];
        for (var i = 0; i < validators.Count; i++)
        {
            if (certificate.IsSignedBy(new ValidatorIndex(i))) signers[i >> 3] |= (byte)(1 << (i & 7));
        }

        return signers;
    }

    private static HeaderVerdict CompareCertificates(
        StoredHeader own, QuorumCertificate? ownCertificate, ServedHeader served, ValidatorSet validators, Genesis genesis)
    {
        // A node that fetched a block may have no certificate of its own for it (docs/spec/certificate.md).
        if (served.CertificateBytes.IsEmpty) return Fine(Nobody);
        var bytes = served.CertificateBytes.Span;
        // The own one was verified when it came.
        if (ownCertificate is not null && bytes.SequenceEqual(ownCertificate.Encode()))
            return Fine(SignersOf(ownCertificate, validators));
        if (!QuorumCertificate.TryDecode(bytes, out var certificate, out var error))
        {
            return Wrong(
                FindingKind.MalformedAnswer,
                $"the certificate of block {own.Header.Height} is not canonical: {error}");
        }

        var fault = certificate.Verify(own.Hash, validators, genesis.Suite);
        return fault == CertificateFault.None
            ? Fine(SignersOf(certificate, validators))
            : Wrong(
                FindingKind.UncertifiedHeader,
                $"the certificate served for block {own.Header.Height} does not hold: {fault}");
    }

    private static HeaderVerdict CompareBlocks(
        StoredHeader own,
        QuorumCertificate? ownCertificate,
        BlockHeader header,
        ServedHeader served,
        ValidatorSet validators,
        Genesis genesis,
        IReadOnlyList<EpochChange> ends)
    {
        var theirs = new HeaderProof(served.HeaderBytes, served.CertificateBytes, ends);
        var ours = new HeaderProof(own.Bytes, ownCertificate?.Encode() ?? [], ends);
        var culprits = ownCertificate is null || header.Epoch != validators.Epoch
            ? []
            : Forensics.SharedSigners(ours, theirs, validators, genesis, ends);
        var hash = BlockHeader.HashOf(served.HeaderBytes.Span, genesis.Suite.Hash);
        var holds = header.Epoch == validators.Epoch
            && QuorumCertificate.TryDecode(served.CertificateBytes.Span, out var certificate, out _)
            && certificate.Verify(hash, validators, genesis.Suite) == CertificateFault.None;
        return holds
            ? new HeaderVerdict(
                FindingKind.SplitView,
                Nobody,
                $"it serves block {hash} at height {own.Header.Height} with a certificate that holds; certified here is "
                + $"{own.Hash}. {culprits.Count} validators signed both",
                culprits)
            : new HeaderVerdict(
                FindingKind.UncertifiedHeader,
                Nobody,
                $"it serves block {hash} at height {own.Header.Height} without a certificate that holds; certified here "
                + $"is {own.Hash}",
                culprits);
    }

    private static HeaderVerdict Fine(byte[] signers) => new(FindingKind.None, signers, "", []);

    private static HeaderVerdict Wrong(FindingKind kind, string detail) => new(kind, Nobody, detail, []);
}
