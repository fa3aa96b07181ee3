using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;
using Ledger.Testing.Consensus;

namespace Ledger.Core.Tests.Accountability;

public sealed class ForensicsTests
{
    private static HeaderProof Proof(
        BlockHeader header, ValidatorSet validators, IEnumerable<int> signers, params IReadOnlyList<EpochChange> changes)
    {
        var bytes = header.Encode();
        var hash = BlockHeader.HashOf(bytes, Sha256.Instance);
        return new HeaderProof(bytes, A.Certificate(hash, validators, signers).Encode(), changes);
    }

    private static IEnumerable<int[]> Subsets(int n, int size, int from = 0)
    {
        if (size == 0)
        {
            yield return [];
            yield break;
        }

        for (var i = from; i <= n - size; i++)
        {
            foreach (var rest in Subsets(n, size - 1, i + 1)) yield return [i, .. rest];
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(10)]
    public void Any_two_conflicting_certificates_name_f_plus_one_validators_and_nobody_who_signed_once(int n)
    {
        var suite = new FakeSuite();
        var members = A.Members(n);
        var set = new ValidatorSet(
            new Epoch(0), members.Select((m, i) => new Validator(m, suite.SignerOf(i).PublicKey, m + ":1")));
        var genesis = new Genesis(
            "c", "main", suite, A.Start, new ChannelParameters(), set,
            [.. members.Select((m, i) => A.Member(m) with
            {
                Keys = [new MemberKey(suite.SignerOf(100 + i).PublicKey, "client")],
            })]);
        var headers = new[] { A.Header(genesis, 5), A.Header(genesis, 5) with { LogSize = 1 } };
        var signatures = headers.Select(h => Enumerable.Range(0, n).Select(i => suite.SignerOf(i).Sign(
            DomainTag.Checkpoint, BlockHeader.HashOf(h.Encode(), Sha256.Instance).AsSpan())).ToArray()).ToArray();
        HeaderProof Make(int side, int[] signers) => new(
            headers[side].Encode(),
            QuorumCertificate.Create(
                BlockHeader.HashOf(headers[side].Encode(), Sha256.Instance),
                n,
                signers.ToDictionary(i => new ValidatorIndex(i), i => signatures[side][i])).Encode(),
            []);
        var quorums = Subsets(n, set.Quorum.Quorum).ToList();
        var first = quorums.Select(q => Make(0, q)).ToList();
        var second = quorums.Select(q => Make(1, q)).ToList();
        for (var i = 0; i < quorums.Count; i++)
        {
            for (var j = 0; j < quorums.Count; j++)
            {
                var report = Forensics.Compare(first[i], second[j], genesis);

                Assert.Equal(ForensicOutcome.Conflict, report.Outcome);
                var named = report.Culprits.Select(c => c.Index.Value).ToArray();
                Assert.True(named.Length >= set.Quorum.Faults + 1);
                Assert.Equal(quorums[i].Intersect(quorums[j]), named);
                if ((i + j) % 37 == 0)
                    Assert.All(report.Culprits, c => Assert.True(CheckpointFaults.Verify(c.Proof, genesis).IsProven));
            }
        }
    }

    [Fact]
    public void The_order_of_the_two_does_not_matter_and_each_proof_holds_by_itself()
    {
        var genesis = A.Genesis();
        var one = Proof(A.Header(genesis, 5), genesis.Validators, [0, 1, 2]);
        var other = Proof(A.Header(genesis, 5) with { LogSize = 1 }, genesis.Validators, [1, 2, 3]);

        var report = Forensics.Compare(one, other, genesis);

        Assert.Equal(["org-b", "org-c"], report.Culprits.Select(c => c.Member));
        Assert.Equal((2, HeaderConflict.SameHeight), (report.OneHonest, report.Conflict));
        Assert.Equal(
            report.Culprits.Select(c => c.Proof), Forensics.Compare(other, one, genesis).Culprits.Select(c => c.Proof));
        Assert.All(report.Culprits, c => Assert.True(CheckpointFaults.Verify(c.Proof, genesis).IsProven));
    }

    [Fact]
    public void Two_certificates_over_one_block_are_no_conflict()
    {
        var genesis = A.Genesis();
        var header = A.Header(genesis, 5);

        var report = Forensics.Compare(
            Proof(header, genesis.Validators, [0, 1, 2]), Proof(header, genesis.Validators, [1, 2, 3]), genesis);

        Assert.Equal(ForensicOutcome.SameBlock, report.Outcome);
        Assert.Empty(report.Culprits);
    }

    [Fact]
    public void Blocks_of_different_heights_are_no_conflict_and_the_report_says_which_block_is_needed()
    {
        var genesis = A.Genesis();

        var report = Forensics.Compare(
            Proof(A.Header(genesis, 9), genesis.Validators, [0, 1, 2]),
            Proof(A.Header(genesis, 5), genesis.Validators, [0, 1, 2]),
            genesis);

        Assert.Equal(ForensicOutcome.NoConflict, report.Outcome);
        Assert.Empty(report.Culprits);
        Assert.Contains("certified header at height 5", report.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_block_without_a_quorum_accuses_nobody(bool first)
    {
        var genesis = A.Genesis();
        var good = Proof(A.Header(genesis, 5), genesis.Validators, [0, 1, 2]);
        var bad = Proof(A.Header(genesis, 5) with { LogSize = 1 }, genesis.Validators, [0, 1]);

        var report = first ? Forensics.Compare(bad, good, genesis) : Forensics.Compare(good, bad, genesis);

        Assert.Equal(ForensicOutcome.NotCertified, report.Outcome);
        Assert.Empty(report.Culprits);
        Assert.Contains(first ? "first" : "second", report.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_signers_of_a_certificate_without_a_quorum_are_found_all_the_same()
    {
        var genesis = A.Genesis();
        var good = Proof(A.Header(genesis, 5), genesis.Validators, [0, 1, 2]);
        var lie = Proof(A.Header(genesis, 5) with { LogSize = 1 }, genesis.Validators, [2]);
        var same = Proof(A.Header(genesis, 5), genesis.Validators, [2]);
        var forged = new HeaderProof(lie.HeaderBytes, QuorumCertificate.Create(
            BlockHeader.HashOf(lie.HeaderBytes.Span, Sha256.Instance),
            4,
            new Dictionary<ValidatorIndex, byte[]> { [new ValidatorIndex(1)] = new byte[64] }).Encode(), []);

        IReadOnlyList<ForensicCulprit> Shared(HeaderProof other) =>
            Forensics.SharedSigners(good, other, genesis.Validators, genesis, []);

        Assert.Equal("org-c", Assert.Single(Shared(lie)).Member);
        Assert.Empty(Shared(same));
        Assert.Empty(Shared(forged));
    }

    [Fact]
    public void A_block_of_an_epoch_that_ended_below_it_conflicts_with_the_end()
    {
        var genesis = A.Genesis();
        var chain = new TestChain(genesis);
        chain.Add();
        chain.EndEpoch(A.ValidatorSet(1, "org-x", "org-y", "org-z", "org-w"));
        chain.Add(A.Record());
        chain.Add(A.Record());
        var later = chain.Receipt(1);
        var fork = Proof(A.Header(genesis, 4), genesis.Validators, [1, 2, 3]);

        var report = Forensics.Compare(
            new HeaderProof(later.HeaderBytes, later.CertificateBytes, later.EpochChanges), fork, genesis);

        Assert.Equal((ForensicOutcome.Conflict, HeaderConflict.PastEpochEnd), (report.Outcome, report.Conflict));
        Assert.Equal(["org-b", "org-c"], report.Culprits.Select(c => c.Member));
        Assert.All(report.Culprits, c => Assert.True(CheckpointFaults.Verify(c.Proof, genesis).IsProven));
    }

    [Fact]
    public void Two_ways_on_from_one_epoch_name_the_validators_of_that_epoch()
    {
        var genesis = A.Genesis();
        var sets = new[]
        {
            A.ValidatorSet(1, "org-a", "org-b", "org-c", "org-e"), A.ValidatorSet(1, "org-a", "org-b", "org-c", "org-f"),
        };
        var proofs = sets.Select(set =>
        {
            var chain = new TestChain(genesis);
            chain.EndEpoch(set);
            chain.Add(A.Record());
            var receipt = chain.Receipt(0);
            return new HeaderProof(receipt.HeaderBytes, receipt.CertificateBytes, receipt.EpochChanges);
        }).ToArray();

        var report = Forensics.Compare(proofs[0], proofs[1], genesis);

        Assert.Equal((ForensicOutcome.Conflict, HeaderConflict.SameHeight), (report.Outcome, report.Conflict));
        Assert.Equal(["org-a", "org-b", "org-c"], report.Culprits.Select(c => c.Member));
        Assert.All(report.Culprits, c => Assert.Equal(0UL, c.Proof.Epoch.Value));
        Assert.All(report.Culprits, c => Assert.True(CheckpointFaults.Verify(c.Proof, genesis).IsProven));
    }

    [Fact]
    public void Culprits_of_a_later_epoch_are_proven_from_genesis()
    {
        var genesis = A.Genesis();
        var chain = new TestChain(genesis);
        chain.EndEpoch(A.ValidatorSet(1, "org-b", "org-x", "org-y", "org-z"));
        var header = A.Header(genesis, 7) with { Epoch = new Epoch(1) };
        var one = Proof(header, chain.Validators, [0, 1, 2], chain.EpochChanges);
        var other = Proof(header with { LogSize = 4 }, chain.Validators, [0, 1, 3], chain.EpochChanges);

        var report = Forensics.Compare(one, other, genesis);

        Assert.Equal(["org-b", "org-x"], report.Culprits.Select(c => c.Member));
        Assert.All(report.Culprits, c => Assert.True(CheckpointFaults.Verify(c.Proof, genesis).IsProven));
    }

    [Fact]
    public void No_two_blocks_of_one_chain_conflict()
    {
        var genesis = A.Genesis();
        var chain = new TestChain(genesis);
        for (var i = 0; i < 12; i++)
        {
            if (i % 4 == 3) chain.EndEpoch(A.ValidatorSet((ulong)(i / 4) + 1, "org-a", "org-b", $"org-{i}", "org-d"));
            else chain.Add(i % 2 == 0 ? [A.Record()] : []);
        }

        var blocks = chain.Blocks.Select(b =>
        {
            Assert.True(BlockHeader.TryDecode(b.HeaderBytes.Span, out var header, out _));
            return (header, Hash: BlockHeader.HashOf(b.HeaderBytes.Span, Sha256.Instance));
        }).ToList();
        foreach (var a in blocks)
        {
            foreach (var b in blocks)
                Assert.Equal(HeaderConflict.None, HeaderConflicts.Find(a.header, a.Hash, b.header, b.Hash));
        }
    }

    [Fact]
    public void A_certified_header_is_read_from_its_own_file_and_from_a_receipt()
    {
        var chain = new TestChain(A.Genesis());
        chain.Add(A.Record());
        var receipt = chain.Receipt(0);
        var proof = new HeaderProof(receipt.HeaderBytes, receipt.CertificateBytes, receipt.EpochChanges);

        foreach (var file in new[] { proof.WriteJson(), ReceiptJson.Write(receipt), receipt.Encode() })
        {
            Assert.True(HeaderProof.TryRead(file, out var read, out var error), error);
            Assert.Equal(proof.WriteJson(), read.WriteJson());
        }

        Assert.False(HeaderProof.TryRead("{\"format\": \"ledger-certified-header/1\"}"u8, out _, out var missing));
        Assert.Contains("$.header", missing, StringComparison.Ordinal);
        Assert.False(HeaderProof.TryRead([1, 2], out _, out _));
    }
}
