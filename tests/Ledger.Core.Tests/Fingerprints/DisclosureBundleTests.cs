using System.Text.Json.Nodes;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Fingerprints;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;
using Fault = Ledger.Core.Fingerprints.DisclosureBundleFault;

namespace Ledger.Core.Tests.Fingerprints;

public sealed class DisclosureBundleTests
{
    private static readonly Sample Trip = Sample.Csv(200);

    private static readonly Genesis Genesis = A.Genesis();

    private static readonly TestChain Chain = MakeChain();

    private static readonly DisclosureBundle Good = new(Trip.Disclose(100, 30), Chain.Receipt(0));

    [Fact]
    public void Thirty_rows_of_a_trip_are_verified_with_one_call()
    {
        Assert.True(DisclosureBundle.TryRead(Good.ToJson(), out var bundle, out var fault), fault);

        var verdict = bundle.Verify(Genesis);

        Assert.True(verdict.IsValid, verdict.Detail);
        Assert.Equal("vehicle/1", verdict.Receipt.Content!.Record.Subject);
        Assert.Equal("org-b", verdict.Receipt.Content.Leaf.Member);
        Assert.Empty(verdict.Findings);
    }

    [Fact]
    public void A_bundle_is_written_as_it_was_read()
    {
        Assert.True(DisclosureBundle.TryRead(Good.ToJson(), out var bundle, out _));

        Assert.Equal(Good.ToJson(), bundle.ToJson());
        Assert.True(DisclosureBundle.IsOne(Good.ToJson()));
        Assert.False(DisclosureBundle.IsOne(FingerprintJson.Write(Good.Disclosure)));
        Assert.False(DisclosureBundle.IsOne("{"u8.ToArray()));
    }

    [Fact]
    public void What_was_done_to_the_rows_is_named()
    {
        var records = Good.Disclosure.Records.ToList();
        records[4] = records[4] with { Data = Sample.Text("0,forged") };
        records.RemoveAt(20);

        var verdict = (Good with { Disclosure = Shown(records) }).Verify(Genesis);

        Assert.Equal(Fault.RecordsInvalid, verdict.Fault);
        Assert.Equal("record 104 was changed (it, or its salt); record 120 is missing", verdict.Detail);
    }

    [Fact]
    public void Many_findings_are_counted()
    {
        var records = Good.Disclosure.Records.Select(r => r with { Salt = new byte[16] }).ToList();

        var verdict = (Good with { Disclosure = Shown(records) }).Verify(Genesis);

        Assert.Equal(30, verdict.Findings.Count);
        Assert.EndsWith("; and 25 more", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_header_and_a_changed_proof_are_told_from_changed_rows()
    {
        var d = Good.Disclosure;
        var header = d.Header!.Value with { Data = Sample.Text("note,speed") };
        var renamed = new Disclosure(d.Fingerprint, 100, header, d.Records, d.LeafHashes, d.Proof);
        var elsewhere = new Disclosure(d.Fingerprint, 101, d.Header, d.Records, d.LeafHashes, d.Proof);

        var ofHeader = (Good with { Disclosure = renamed }).Verify(Genesis);
        var ofPlace = (Good with { Disclosure = elsewhere }).Verify(Genesis);

        Assert.Equal((Fault.RecordsInvalid, "the header row was changed"), (ofHeader.Fault, ofHeader.Detail));
        Assert.Equal(Fault.RecordsInvalid, ofPlace.Fault);
        Assert.Empty(ofPlace.Findings);
    }

    [Fact]
    public void Rows_of_another_trip_are_told_apart()
    {
        var other = Trip with { Secret = new byte[32] };

        Assert.Equal(Fault.OtherDataSet, (Good with { Disclosure = other.Disclose(100, 30) }).Verify(Genesis).Fault);
    }

    [Fact]
    public void The_right_one_of_several_fingerprints_of_a_record_is_found()
    {
        var bundle = Good with { Receipt = Chain.Receipt(2) };

        Assert.True(bundle.Verify(Genesis).IsValid);
        Assert.True((bundle with { Disclosure = Sample.Lines(9).Disclose(2, 3) }).Verify(Genesis).IsValid);
    }

    [Fact]
    public void A_receipt_of_something_else_anchors_no_fingerprint() =>
        Assert.Equal(Fault.NoFingerprintAnchored, (Good with { Receipt = Chain.Receipt(1) }).Verify(Genesis).Fault);

    [Fact]
    public void A_receipt_that_does_not_hold_proves_nothing()
    {
        var forged = Good with { Receipt = Good.Receipt with { LeafBytes = Chain.Receipt(1).LeafBytes } };

        var verdict = forged.Verify(Genesis);

        Assert.Equal((Fault.ReceiptInvalid, null), (verdict.Fault, verdict.Disclosure));
        Assert.Equal(ReceiptFault.InclusionInvalid, verdict.Receipt.Fault);
        Assert.Throws<ArgumentException>(() => DisclosureBundle.Verify(verdict.Receipt, Good.Disclosure, Genesis));
    }

    public static TheoryData<string, string> Malformed => new()
    {
        { "format", "format is not ledger-disclosure-bundle/1" },
        { "surplus", "bundle has a field that the format does not know" },
        { "no receipt", "receipt is missing" },
        { "receipt", "receipt: " },
        { "disclosure", "disclosure: " },
        { "cut", "not well-formed JSON" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_bundle_is_refused_with_its_reason(string what, string expected)
    {
        var json = JsonNode.Parse(Good.ToJson())!.AsObject();
        if (what == "format") json["format"] = "ledger-disclosure-bundle/2";
        if (what == "surplus") json["genesis"] = "trust me";
        if (what == "no receipt") json.Remove("receipt");
        if (what == "receipt") json["receipt"]!["log_index"] = "0";
        if (what == "disclosure") json["disclosure"]!.AsObject().Remove("first");
        var bytes = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());

        Assert.False(DisclosureBundle.TryRead(what == "cut" ? bytes[..^9] : bytes, out _, out var fault));

        Assert.StartsWith(expected, fault, StringComparison.Ordinal);
    }

    private static Disclosure Shown(IReadOnlyList<SaltedRecord> records)
    {
        var d = Good.Disclosure;
        return new Disclosure(d.Fingerprint, d.FirstIndex, d.Header, records, d.LeafHashes, d.Proof);
    }

    private static TestChain MakeChain()
    {
        var chain = new TestChain(Genesis);
        var digest = Trip.Fingerprint().ToEvidenceDigest(Sha256.Instance);
        var lines = Sample.Lines(9).Fingerprint().ToEvidenceDigest(Sha256.Instance);
        var record = A.Record("vehicle/1") with { Digests = [digest] };
        chain.Add(record, A.Record("vehicle/1"), record with { Digests = [lines, digest] });
        return chain;
    }
}
