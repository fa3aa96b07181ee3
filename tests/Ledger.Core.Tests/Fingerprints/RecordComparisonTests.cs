using FsCheck;
using FsCheck.Fluent;
using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;
using static Ledger.Core.Fingerprints.RecordFindingKind;

namespace Ledger.Core.Tests.Fingerprints;

public sealed class RecordComparisonTests
{
    private const int Shown = 12;
    private const ulong First = 4;

    private static readonly Disclosure Good = Sample.Csv(20).Disclose(First, Shown);

    private static readonly SaltedRecord Forged = Good.Records[0] with { Data = Sample.Text("99,forged") };

    [Fact]
    public void Nothing_is_found_where_nothing_was_done() =>
        Assert.Empty(RecordComparison.Compare(Sha256.Instance, Good));

    [Fact]
    public void Every_single_change_is_named() => Prop.ForAll(
        Place(), Place(), ArbMap.Default.ArbFor<bool>(), (at, other, salt) =>
        {
            var good = Good.Records;
            AssertFound(
                Replaced(at, salt ? good[at] with { Salt = new byte[16] } : Altered(at)),
                new(Changed, First + (ulong)at));
            AssertFound([.. good.Take(at), .. good.Skip(at + 1)], new(Missing, First + (ulong)at));
            AssertFound([.. good.Take(at), Forged, .. good.Skip(at)], new(Added, First + (ulong)at));
            AssertFound([.. good, Forged], new(Added, First + Shown));
            if (at == other) return;
            var (low, high) = (Math.Min(at, other), Math.Max(at, other));
            var exchanged = good.ToArray();
            (exchanged[at], exchanged[other]) = (exchanged[other], exchanged[at]);
            AssertFound(exchanged, new(Exchanged, First + (ulong)low, First + (ulong)high));
            var moved = good.ToList();
            moved.RemoveAt(at);
            moved.Insert(other, good[at]);
            AssertFound(moved, high - low == 1
                ? new(Exchanged, First + (ulong)low, First + (ulong)high)
                : new(Moved, First + (ulong)at, First + (ulong)other));
            // A record shown where it belongs and once more elsewhere.
            var twice = good.ToList();
            twice.Insert(other > at ? other + 1 : other, good[at]);
            var found = Assert.Single(Compare(twice));
            Assert.Equal((Added, First + (ulong)at), (found.Kind, found.Other));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Two_changes_far_apart_are_both_named() => Prop.ForAll(
        Gen.Choose(0, 4).ToArbitrary(), Gen.Choose(7, Shown - 1).ToArbitrary(), (low, high) =>
        {
            var records = Good.Records.ToList();
            records[high] = Altered(high);
            records.RemoveAt(low);
            Assert.Equal([new(Missing, First + (ulong)low), new(Changed, First + (ulong)high)], Compare(records));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Whatever_is_done_something_is_named_exactly_when_the_verifier_refuses() => Prop.ForAll(
        Gen.Choose(-1, Shown - 1).ListOf(Shown + 1).ToArbitrary(), places =>
        {
            var shown = With([.. places.Select(p => p < 0 ? Forged : Good.Records[p])]);
            var verdict = DisclosureVerifier.Verify(Sha256.Instance, shown, Good.Fingerprint.Digest(Sha256.Instance));
            Assert.Equal(verdict.IsValid, RecordComparison.Compare(Sha256.Instance, shown).Count == 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void A_hundred_thousand_records_are_compared_without_trying_all_pairs()
    {
        var sample = new Sample(
            FingerprintParameters.Chunks(chunkSize: 1),
            [.. Enumerable.Range(0, Disclosure.MaxRecords).Select(i => (byte)(i & 0xff))]);
        var good = sample.Disclose(0, Disclosure.MaxRecords);
        var reversed = new Disclosure(
            good.Fingerprint, 0, null, [.. good.Records.Reverse()], good.LeafHashes, good.Proof);

        var findings = RecordComparison.Compare(Sha256.Instance, reversed);

        Assert.Equal(Disclosure.MaxRecords / 2, findings.Count);
        Assert.All(findings, finding => Assert.Equal(Exchanged, finding.Kind));
    }

    [Fact]
    public void Findings_are_clauses_that_name_the_records()
    {
        Assert.Equal("record 7 was changed (it, or its salt)", new RecordFinding(Changed, 7).ToString());
        Assert.Equal("record 7 is missing", new RecordFinding(Missing, 7).ToString());
        Assert.Equal("what is shown at 7 was added", new RecordFinding(Added, 7).ToString());
        Assert.Equal("record 3 is shown a second time, at 7", new RecordFinding(Added, 7, 3).ToString());
        Assert.Equal("records 3 and 7 are exchanged", new RecordFinding(Exchanged, 3, 7).ToString());
        Assert.Equal("record 3 was moved to 7", new RecordFinding(Moved, 3, 7).ToString());
    }

    private static Arbitrary<int> Place() => Gen.Choose(0, Shown - 1).ToArbitrary();

    private static SaltedRecord Altered(int at) =>
        Good.Records[at] with { Data = (byte[])[.. Good.Records[at].Data.ToArray(), (byte)'0'] };

    private static SaltedRecord[] Replaced(int at, SaltedRecord by)
    {
        var records = Good.Records.ToArray();
        records[at] = by;
        return records;
    }

    private static Disclosure With(IReadOnlyList<SaltedRecord> records) =>
        new(Good.Fingerprint, First, Good.Header, records, Good.LeafHashes, Good.Proof);

    private static IReadOnlyList<RecordFinding> Compare(IReadOnlyList<SaltedRecord> records) =>
        RecordComparison.Compare(Sha256.Instance, With(records));

    private static void AssertFound(IReadOnlyList<SaltedRecord> records, RecordFinding expected) =>
        Assert.Equal([expected], Compare(records));
}
