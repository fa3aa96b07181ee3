using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Audit;
using Ledger.Node.Wire;
using Ledger.Storage.Audit;
using Ledger.Storage.Blocks;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Audit;

public sealed class HeaderComparisonTests
{
    private static readonly Genesis Genesis = A.Genesis();
    private static readonly BlockHeader Header = A.Header(Genesis, 5);

    private static StoredHeader Own => new(Header, Header.Encode(), BlockHeader.HashOf(Header.Encode(), Sha256.Instance));

    private static byte[] Certify(BlockHeader header, params int[] signers) => A.Certificate(
        BlockHeader.HashOf(header.Encode(), Sha256.Instance), Genesis.Validators, signers).Encode();

    private static HeaderVerdict Compare(BlockHeader served, byte[] certificate, bool ownCertificate = true) =>
        HeaderComparison.Compare(
            Own,
            ownCertificate ? A.Certificate(Own.Hash, Genesis.Validators, [0, 1, 2]) : null,
            new ServedHeader(served.Encode(), certificate),
            Genesis.Validators,
            Genesis,
            []);

    [Fact]
    public void The_same_block_with_the_same_certificate_shows_its_signers()
    {
        var verdict = Compare(Header, Certify(Header, 0, 1, 2));

        Assert.Equal(FindingKind.None, verdict.Finding);
        Assert.Equal([0b0111], verdict.Signers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_same_block_with_another_certificate_shows_more_signers(bool ownCertificate)
    {
        var verdict = Compare(Header, Certify(Header, 1, 2, 3), ownCertificate);

        Assert.Equal(FindingKind.None, verdict.Finding);
        Assert.Equal([0b1110], verdict.Signers);
    }

    [Fact]
    public void A_block_without_a_certificate_of_its_own_is_fine()
    {
        var verdict = Compare(Header, []);

        Assert.Equal(FindingKind.None, verdict.Finding);
        Assert.Empty(verdict.Signers);
    }

    [Fact]
    public void The_same_block_with_a_certificate_below_a_quorum_is_a_finding_and_shows_nobody()
    {
        var verdict = Compare(Header, Certify(Header, 1, 3));

        Assert.Equal(FindingKind.UncertifiedHeader, verdict.Finding);
        Assert.Empty(verdict.Signers);
        Assert.Empty(verdict.Culprits);
    }

    [Fact]
    public void Another_certified_block_is_a_split_view_that_proves_who_signed_both()
    {
        var other = Header with { LogSize = 1 };

        var verdict = Compare(other, Certify(other, 1, 2, 3));

        Assert.Equal(FindingKind.SplitView, verdict.Finding);
        Assert.Equal(["org-b", "org-c"], verdict.Culprits.Select(c => c.Member));
        Assert.All(verdict.Culprits, c => Assert.True(CheckpointFaults.Verify(c.Proof, Genesis).IsProven));
    }

    [Fact]
    public void Another_block_that_one_signer_of_ours_signed_proves_that_one_guilty()
    {
        var other = Header with { LogSize = 1 };

        var verdict = Compare(other, Certify(other, 2));

        Assert.Equal(FindingKind.UncertifiedHeader, verdict.Finding);
        Assert.Equal("org-c", Assert.Single(verdict.Culprits).Member);
    }

    [Fact]
    public void Another_block_whose_signatures_are_copied_from_ours_accuses_nobody()
    {
        var other = Header with { LogSize = 1 };
        var copied = Certify(Header, 0, 1, 2);
        BlockHeader.HashOf(other.Encode(), Sha256.Instance).CopyTo(copied.AsSpan(2));

        var verdict = Compare(other, copied);

        Assert.Equal(FindingKind.UncertifiedHeader, verdict.Finding);
        Assert.Empty(verdict.Culprits);
    }

    [Fact]
    public void A_block_of_another_height_or_channel_is_a_malformed_answer()
    {
        var higher = Header with { Height = new BlockHeight(6) };
        var foreign = Header with { Channel = A.Genesis(4, "other").Channel };

        Assert.Equal(FindingKind.MalformedAnswer, Compare(higher, Certify(higher, 0, 1, 2)).Finding);
        Assert.Equal(FindingKind.MalformedAnswer, Compare(foreign, Certify(foreign, 0, 1, 2)).Finding);
        Assert.Equal(FindingKind.MalformedAnswer, Compare(Header, [1, 2, 3]).Finding);
    }
}
