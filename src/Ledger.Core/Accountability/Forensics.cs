using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Core.Accountability;

/// <summary>
/// Takes two certified blocks that cannot be on one chain and names at least f+1 validators that signed on both sides.
/// Any two quorums of one set share that many, so a fork, if there ever were one, always has names. Nobody who signed
/// on one side only is ever named.
/// </summary>
/// <remarks>
/// Where the blocks are of different epochs, the certificates compared are those of the first epoch in which the two
/// proofs differ: one of them then shows how that epoch ended, the other that it ended differently or went on.
/// Stateless and safe for concurrent use. Never throws for hostile input. docs/spec/accountability.md section 4.
/// </remarks>
public static class Forensics
{
    /// <summary>Compares two certified blocks; the order does not matter.</summary>
    public static ForensicReport Compare(HeaderProof first, HeaderProof second, Genesis genesis)
    {
        var firstEnds = new List<EpochEnd>();
        var secondEnds = new List<EpochEnd>();
        if (ReceiptVerifier.FindProofFault(first, genesis, firstEnds, out var a) is { } firstFault)
            return NotCertified("first", firstFault);
        if (ReceiptVerifier.FindProofFault(second, genesis, secondEnds, out var b) is { } secondFault)
            return NotCertified("second", secondFault);
        if (a!.Hash == b!.Hash) return SameBlock(a, b);

        var (left, right, epoch) = FirstDifference(a, firstEnds, b, secondEnds);
        var conflict = HeaderConflicts.Find(left.Header, left.Hash, right.Header, right.Hash);
        if (conflict == HeaderConflict.None) return NoConflict(a, b);
        var culprits = Shared(left, right, genesis, [.. first.EpochChanges.Take((int)epoch)]);
        var oneHonest = left.Validators.Quorum.OneHonest;
        return new ForensicReport(
            ForensicOutcome.Conflict,
            conflict,
            oneHonest,
            culprits,
            $"blocks {left.Hash} at height {left.Header.Height} and {right.Hash} at height {right.Header.Height} "
            + $"{HeaderConflicts.Describe(conflict)}. {Text(culprits.Count)} of the {Text(left.Validators.Count)} "
            + $"validators of epoch {left.Header.Epoch} signed both; while the channel is safe, at most "
            + $"{Text(oneHonest - 1)} are faulty.");
    }

    /// <summary>
    /// Who signed both of two headers, by signatures that hold one by one: for certificates that are not whole.
    /// </summary>
    /// <param name="first">A header and a certificate over it, which may lack a quorum.</param>
    /// <param name="second">Another header and certificate.</param>
    /// <param name="validators">The validators of both headers' epoch.</param>
    /// <param name="genesis">The channel.</param>
    /// <param name="epochChanges">The way to that epoch, for the proofs.</param>
    public static IReadOnlyList<ForensicCulprit> SharedSigners(
        HeaderProof first,
        HeaderProof second,
        ValidatorSet validators,
        Genesis genesis,
        IReadOnlyList<EpochChange> epochChanges)
    {
        if (Read(first, validators, genesis) is not { } a || Read(second, validators, genesis) is not { } b) return [];
        if (HeaderConflicts.Find(a.Header, a.Hash, b.Header, b.Hash) == HeaderConflict.None) return [];
        FaultVerdict Judge(FaultProof proof) =>
            FaultContext.Open(
                proof,
                genesis.Suite,
                epoch => epoch == validators.Epoch ? validators : null,
                out var context) ?? CheckpointFaults.Verify(context!);
        return [.. Shared(a, b, genesis, epochChanges).Where(c => Judge(c.Proof).IsProven)];
    }

    private static CertifiedBlockContent? Read(HeaderProof proof, ValidatorSet validators, Genesis genesis)
    {
        if (!BlockHeader.TryDecode(proof.HeaderBytes.Span, out var header, out _)) return null;
        if (!QuorumCertificate.TryDecode(proof.CertificateBytes.Span, out var certificate, out _)) return null;
        if (header.Channel != genesis.Channel || header.Epoch != validators.Epoch) return null;
        var hash = BlockHeader.HashOf(proof.HeaderBytes.Span, genesis.Suite.Hash);
        return certificate.HeaderHash == hash
            ? new CertifiedBlockContent(header, proof.HeaderBytes, hash, certificate, validators)
            : null;
    }

    // The two certificates of one validator set to compare: the first epoch ends that differ; else the end of the
    // epoch of the block whose proof is the shorter, and that block; else the blocks themselves.
    private static (CertifiedBlockContent Left, CertifiedBlockContent Right, ulong Epoch) FirstDifference(
        CertifiedBlockContent a, List<EpochEnd> firstEnds, CertifiedBlockContent b, List<EpochEnd> secondEnds)
    {
        var common = Math.Min(firstEnds.Count, secondEnds.Count);
        for (var i = 0; i < common; i++)
        {
            if (!firstEnds[i].HeaderBytes.Span.SequenceEqual(secondEnds[i].HeaderBytes.Span))
                return (Block(firstEnds[i]), Block(secondEnds[i]), (ulong)i);
        }

        var left = firstEnds.Count > common ? Block(firstEnds[common]) : a;
        var right = secondEnds.Count > common ? Block(secondEnds[common]) : b;
        return (left, right, (ulong)common);
    }

    // Its certificate was verified against the header's hash.
    private static CertifiedBlockContent Block(EpochEnd end) =>
        new(end.Header, end.HeaderBytes, end.Certificate.HeaderHash, end.Certificate, end.Validators);

    private static List<ForensicCulprit> Shared(
        CertifiedBlockContent left,
        CertifiedBlockContent right,
        Genesis genesis,
        IReadOnlyList<EpochChange> changes)
    {
        var culprits = new List<ForensicCulprit>();
        for (var i = 0; i < left.Validators.Count; i++)
        {
            var index = new ValidatorIndex(i);
            var one = left.Certificate.SignatureOf(index);
            var other = right.Certificate.SignatureOf(index);
            if (one.IsEmpty || other.IsEmpty) continue;
            var validator = left.Validators[index];
            var proof = CheckpointFaults.Create(
                genesis.Channel,
                left.Validators.Epoch,
                validator.Key,
                new SignedStatement(left.HeaderBytes, one),
                new SignedStatement(right.HeaderBytes, other),
                changes);
            culprits.Add(new ForensicCulprit(index, validator.Member, proof));
        }

        return culprits;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static ForensicReport NotCertified(string which, ReceiptVerdict fault) => new(
        ForensicOutcome.NotCertified,
        HeaderConflict.None,
        0,
        [],
        $"the {which} block is not certified ({fault.Fault}: {fault.Detail}); without a certificate it says nothing "
        + "about the validators");

    private static ForensicReport SameBlock(CertifiedBlockContent a, CertifiedBlockContent b)
    {
        var same = a.Certificate.Encode().AsSpan().SequenceEqual(b.Certificate.Encode());
        return new ForensicReport(
            ForensicOutcome.SameBlock,
            HeaderConflict.None,
            0,
            [],
            $"both are about block {a.Hash} at height {a.Header.Height}"
            + (same ? "" : "; the certificates have different signers, which is as it should be: any quorum will do"));
    }

    private static ForensicReport NoConflict(CertifiedBlockContent a, CertifiedBlockContent b)
    {
        var (lower, upper) = a.Header.Height < b.Header.Height ? (a, b) : (b, a);
        return new ForensicReport(
            ForensicOutcome.NoConflict,
            HeaderConflict.None,
            0,
            [],
            $"blocks {lower.Header.Height} and {upper.Header.Height} do not contradict each other by themselves. "
            + $"If they are on different chains, the one below block {upper.Header.Height} differs at height "
            + $"{lower.Header.Height} from {lower.Hash}: ask whoever gave you block {upper.Header.Height} for the "
            + $"certified header at height {lower.Header.Height}, and compare that one");
    }
}
