using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;
using Ledger.Core.Tests.Merkle;
using Code = Ledger.Core.Fingerprints.DisclosureVerdictCode;

namespace Ledger.Core.Tests.Fingerprints;

/// <summary>Disclosures that somebody changed, with the verdict that each must get.</summary>
internal static class Tampered
{
    /// <summary>Variants of records 4 to 7 of a CSV data set with twelve records.</summary>
    public static IEnumerable<(string Name, Disclosure Disclosure, Code Code, ulong? Index)> Cases(Sample sample)
    {
        var good = sample.Disclose(4, 4);
        var records = good.Records.ToArray();
        var leaves = good.LeafHashes.ToArray();
        var proof = good.Proof.ToArray();
        var header = good.Header!.Value;
        var altered = records[2] with { Data = Sample.Text("99,forged") };

        yield return ("nothing", good, Code.Valid, null);
        yield return ("a record altered", With(good, [.. records[..2], altered, records[3]]), Code.RecordMismatch, 6);
        yield return ("a salt altered", With(good, [records[0] with { Salt = new byte[16] }, .. records[1..]]),
            Code.RecordMismatch, 4);
        yield return ("a salt of another length",
            With(good, [records[0] with { Salt = new byte[15] }, .. records[1..]]), Code.SaltLength, 4);
        yield return ("two records swapped", With(good, [records[0], records[2], records[1], records[3]]),
            Code.RecordMoved, 5);
        yield return ("a record left out", With(good, [records[0], .. records[2..]]), Code.RecordMissing, 5);
        yield return ("the last record left out", With(good, records[..3]), Code.RecordMissing, 7);
        yield return ("a record slipped in", With(good, [records[0], altered, .. records[1..]]), Code.RecordSurplus, 5);
        yield return ("a record added at the end", With(good, [.. records, altered]), Code.RecordSurplus, 8);
        yield return ("no records", With(good, []), Code.RecordMissing, 4);
        var renamed = header with { Data = Sample.Text("note,speed") };
        yield return ("the header altered",
            new Disclosure(good.Fingerprint, 4, renamed, records, leaves, proof), Code.HeaderMismatch, null);
        yield return ("the header's salt of another length",
            new Disclosure(good.Fingerprint, 4, header with { Salt = new byte[17] }, records, leaves, proof),
            Code.SaltLength, null);
        yield return ("the header left out",
            new Disclosure(good.Fingerprint, 4, null, records, leaves, proof), Code.HeaderMissing, null);
        yield return ("another place whose proof is as long",
            new Disclosure(good.Fingerprint, 0, header, records, leaves, proof), Code.RootMismatch, null);
        yield return ("another place whose proof is shorter",
            new Disclosure(good.Fingerprint, 8, header, records, leaves, proof), Code.ProofTooLong, null);
        yield return ("a range beyond the data",
            new Disclosure(good.Fingerprint, 9, header, records, leaves, proof), Code.RangeOutsideData, null);
        yield return ("an empty range",
            new Disclosure(good.Fingerprint, 4, header, [], [], proof), Code.RangeOutsideData, null);
        yield return ("a leaf hash altered",
            new Disclosure(good.Fingerprint, 4, header, records, [leaves[0], Hash256.Zero, .. leaves[2..]], proof),
            Code.RootMismatch, null);
        yield return ("a proof hash altered",
            new Disclosure(good.Fingerprint, 4, header, records, leaves, [Leaves.FlipBit(proof[0], 3), .. proof[1..]]),
            Code.RootMismatch, null);
        yield return ("a proof hash left out",
            new Disclosure(good.Fingerprint, 4, header, records, leaves, proof.AsSpan(1)), Code.ProofTooShort, null);
        yield return ("a proof hash added",
            new Disclosure(good.Fingerprint, 4, header, records, leaves, [.. proof, Hash256.Zero]),
            Code.ProofTooLong, null);
        var other = sample with { Secret = new byte[32] };
        yield return ("another fingerprint", other.Disclose(4, 4), Code.FingerprintMismatch, null);
    }

    /// <summary>A header where the rule has none.</summary>
    public static Disclosure UnexpectedHeader(Sample lines)
    {
        var good = lines.Disclose(0, 1);
        var header = new SaltedRecord(new byte[32], Sample.Text("h"));
        return new Disclosure(good.Fingerprint, 0, header, good.Records, good.LeafHashes, good.Proof);
    }

    private static Disclosure With(Disclosure good, SaltedRecord[] records) =>
        new(good.Fingerprint, good.FirstIndex, good.Header, records, good.LeafHashes, good.Proof);
}
