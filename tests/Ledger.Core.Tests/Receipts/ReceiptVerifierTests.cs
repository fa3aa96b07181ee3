using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Receipts;

public sealed class ReceiptVerifierTests
{
    public static TheoryData<string> ValidCases => [.. ReceiptForge.Valid.Select(c => c.Name)];

    public static TheoryData<string> BrokenCases => [.. ReceiptForge.Broken.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(ValidCases))]
    public void A_receipt_holds(string name)
    {
        var valid = ReceiptForge.Valid.Single(c => c.Name == name);

        var verdict = ReceiptVerifier.Verify(valid.Encoded, ReceiptForge.Genesis);

        Assert.True(verdict.IsValid, verdict.Detail);
        Assert.Equal(ReceiptFault.None, verdict.Fault);
    }

    // P14, P24: each omission of a verifier has its vector.
    [Theory]
    [MemberData(nameof(BrokenCases))]
    public void P24_a_broken_receipt_is_refused_with_its_own_fault(string name)
    {
        var broken = ReceiptForge.Broken.Single(c => c.Name == name);

        var verdict = ReceiptVerifier.Verify(broken.Encoded, ReceiptForge.Genesis);

        Assert.Equal((broken.Fault, broken.EpochChange), (verdict.Fault, verdict.EpochChange));
        Assert.False(verdict.IsValid);
        Assert.Null(verdict.Content);
        Assert.NotEmpty(verdict.Detail);
    }

    [Fact]
    public void Every_fault_has_a_case() => Assert.Equal(
        Enum.GetValues<ReceiptFault>(),
        ReceiptForge.Broken.Concat(ReceiptForge.Valid).Select(c => c.Fault).Distinct().Order());

    [Fact]
    public void A_verdict_tells_what_is_proven()
    {
        var verdict = ReceiptVerifier.Verify(ReceiptForge.Good, ReceiptForge.Genesis);

        Assert.True(verdict.IsValid);
        Assert.Equal("order-1", verdict.Content.Record.Subject);
        Assert.Equal("出纳", verdict.Content.Record.Actor);
        Assert.Equal(3UL, verdict.Content.Leaf.SubjectSequence);
        Assert.Equal(4UL, verdict.Content.Index.Value);
        Assert.Equal(6UL, verdict.Content.Header.Height.Value);
        Assert.Contains("'trade.payment' on 'order-1' was anchored by", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncated_receipt_is_refused()
    {
        var bytes = ReceiptForge.Good.Encode();

        for (var length = 0; length < bytes.Length; length++)
        {
            var verdict = ReceiptVerifier.Verify(bytes.AsSpan(0, length), ReceiptForge.Genesis);
            Assert.NotEqual(ReceiptFault.None, verdict.Fault);
        }
    }

    [Fact]
    public void Every_receipt_with_one_byte_changed_is_refused()
    {
        var bytes = ReceiptForge.Good.Encode();
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (byte change in (byte[])[0x01, 0x80, 0xff])
            {
                bytes[i] ^= change;
                var verdict = ReceiptVerifier.Verify(bytes, ReceiptForge.Genesis);
                bytes[i] ^= change;
                Assert.True(verdict.Fault != ReceiptFault.None, $"byte {i} changed by {change:x2} went unseen");
            }
        }
    }

    [Fact]
    public void The_genesis_of_another_consortium_refuses_the_receipt()
    {
        var verdict = ReceiptVerifier.Verify(ReceiptForge.Good, A.Genesis(channel: "other"));

        Assert.Equal(ReceiptFault.WrongChannel, verdict.Fault);
        Assert.Contains("use the genesis document of the receipt's channel", verdict.Detail, StringComparison.Ordinal);
    }

    // P14: a server that shows one client a history of its own needs a quorum's keys for it.
    [Fact]
    public void P24_a_history_certified_by_a_forgers_own_validators_is_refused()
    {
        var genesis = ReceiptForge.Genesis;
        var forged = new TestChain(genesis);
        forged.EndEpoch(A.ValidatorSet(1, "org-a", "org-b", "org-c", "org-d"));
        forged.Add(A.Record("forged"));
        var strangers = A.ValidatorSet(0, "mallory", "trudy", "eve", "oscar");
        var change = forged.EpochChanges[0] with
        {
            CertificateBytes = A.Certificate(forged.EpochChanges[0].HeaderBytes.Span, strangers).Encode(),
        };

        var verdict = ReceiptVerifier.Verify(forged.Receipt(0) with { EpochChanges = [change] }, genesis);

        Assert.Equal((ReceiptFault.CertificateSignatureInvalid, 0), (verdict.Fault, verdict.EpochChange));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(16)]
    public void One_signer_fewer_than_a_quorum_is_refused_in_a_set_of_any_size(int validators)
    {
        var genesis = A.Genesis(validators);
        var chain = new TestChain(genesis);
        chain.Add(A.Record());
        var receipt = chain.Receipt(0);
        var quorum = genesis.Validators.Quorum.Quorum;
        var fewer = A.Certificate(receipt.HeaderBytes.Span, genesis.Validators, quorum - 1).Encode();

        Assert.Equal(ReceiptFault.None, ReceiptVerifier.Verify(receipt, genesis).Fault);
        Assert.Equal(
            ReceiptFault.CertificateBelowQuorum,
            ReceiptVerifier.Verify(receipt with { CertificateBytes = fewer }, genesis).Fault);
    }

    [Fact]
    public void A_digest_matches_only_under_its_own_algorithm()
    {
        var record = A.Record();
        var digest = Sha256.Instance.Hash("invoice"u8).ToArray();

        Assert.True(ReceiptVerifier.MatchesDigest(record, "sha-256", digest));
        Assert.False(ReceiptVerifier.MatchesDigest(record, "sm3", digest));
        Assert.False(ReceiptVerifier.MatchesDigest(record, "sha-256", digest.AsSpan(0, 31)));
        Assert.False(ReceiptVerifier.MatchesDigest(record, "sha-256", Sha256.Instance.Hash("other"u8).ToArray()));
    }
}
