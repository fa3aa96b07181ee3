using Ledger.Consensus.Faults;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests.Accountability;

public sealed class FaultVerifierTests
{
    public static TheoryData<string> Cases =>
        [.. FaultForge.Proven.Concat(FaultForge.Broken).Select(c => c.Name)];

    private static FaultCase Named(string name) =>
        FaultForge.Proven.Concat(FaultForge.Broken).Single(c => c.Name == name);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_proof_gets_its_verdict(string name)
    {
        var proof = Named(name);

        var verdict = FaultVerifier.Verify(proof.Proof.Encode(), FaultForge.Genesis);

        Assert.Equal((proof.Refusal, proof.Statement), (verdict.Refusal, verdict.Statement));
        Assert.Equal(proof.Refusal == FaultRefusal.None, verdict.IsProven);
        Assert.Equal(verdict.IsProven ? "org-d" : null, verdict.Content?.Culprit.Member);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_proof_says_the_same_as_text(string name)
    {
        var proof = Named(name).Proof;

        Assert.True(FaultProofJson.TryRead(FaultProofJson.Write(proof), out var read, out var error), error);
        Assert.Equal(proof, read);
        Assert.True(FaultProofJson.TryRead(proof.Encode(), out read, out error), error);
        Assert.Equal(proof, read);
    }

    [Fact]
    public void Every_refusal_has_a_case()
    {
        var covered = FaultForge.Broken.Select(c => c.Refusal).ToHashSet();

        Assert.All(
            Enum.GetValues<FaultRefusal>().Where(r => r is not (FaultRefusal.None or FaultRefusal.Malformed)),
            refusal => Assert.Contains(refusal, covered));
        Assert.All(
            Enum.GetValues<FaultKind>().Where(k => k != FaultKind.None),
            kind => Assert.Contains(FaultForge.Proven, c => c.Proof.Kind == kind));
    }

    [Fact]
    public void Bytes_that_are_no_proof_are_malformed()
    {
        Assert.Equal(FaultRefusal.Malformed, FaultVerifier.Verify([], FaultForge.Genesis).Refusal);
        Assert.Equal(
            FaultRefusal.Malformed,
            FaultVerifier.Verify([.. FaultForge.Commits.Encode(), 0], FaultForge.Genesis).Refusal);
    }

    [Fact]
    public void No_mutation_of_a_proof_accuses_anybody_else()
    {
        var random = new SplitMix64(7);
        foreach (var good in FaultForge.Proven)
        {
            var encoded = good.Proof.Encode();
            for (var round = 0; round < 150; round++)
            {
                var bytes = (byte[])encoded.Clone();
                for (var n = random.Below(3); n >= 0; n--)
                    bytes[random.Below(bytes.Length)] ^= (byte)(1 << (int)random.Below(8));

                var verdict = FaultVerifier.Verify(bytes, FaultForge.Genesis);

                if (verdict.IsProven) Assert.Equal("org-d", verdict.Content.Culprit.Member);
            }
        }
    }

    [Fact]
    public void A_proof_holds_against_validators_that_are_given()
    {
        FaultVerdict Verify(Func<Epoch, ValidatorSet?> sets) =>
            FaultContext.Open(FaultForge.Commits, FaultForge.Genesis.Suite, sets, out var context)
            ?? FaultVerifier.Verify(context!, FaultForge.Genesis.Parameters);

        Assert.True(Verify(_ => FaultForge.Genesis.Validators).IsProven);
        Assert.Equal(FaultRefusal.EpochsInvalid, Verify(_ => null).Refusal);
    }
}
