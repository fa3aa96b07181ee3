using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Fingerprints;

namespace Ledger.Contracts.Runtime.Host;

/// <summary><c>ctx.fingerprint</c>: disclosures against what was anchored. Bad ones are answers, not errors.</summary>
internal static class FingerprintHost
{
    private const string AnchorType = "fingerprint.data";
    private const string DigestAlgorithm = "ledger-fingerprint/1";

    // Records with the digest that are looked at for one of the type and the subject.
    private const int MaxCandidates = 16;

    public static string Verify(Session session, in HostCall call)
    {
        var text = call.Text(0, "disclosure");
        call.Charge(text.Length * GasSchedule.DisclosureByte);
        var utf8 = JsonRules.Utf8Of(text);
        if (utf8 is null || !FingerprintJson.TryRead(utf8, out Disclosure? disclosure, out _))
            return Answer("Malformed", null, null, null);
        var hash = session.Options.Suite.Hash;
        if (disclosure.Fingerprint.Algorithm != hash.Name)
            return Answer(nameof(DisclosureVerdictCode.AlgorithmMismatch), null, null, disclosure);
        var digest = disclosure.Fingerprint.Digest(hash);
        if (Anchor(session, call, digest) is not { } anchor) return Answer("NotAnchored", null, null, disclosure);
        var verdict = DisclosureVerifier.Verify(hash, disclosure, digest);
        return Answer(verdict.Code.ToString(), verdict.RecordIndex, anchor, disclosure);
    }

    private static ContractLeaf? Anchor(Session session, in HostCall call, in Hash256 digest)
    {
        var value = digest.ToArray();
        var subject = call.Optional(2);
        call.Charge(GasSchedule.EvidenceRead);
        if (call.Optional(1) is { } text)
        {
            if (!EvidenceId.TryParse(text, out var id)) throw HostCall.Invalid("evidence is not an evidence id");
            return session.Ledger.Evidence(id) is { } named && Fits(named, value, subject) ? named : null;
        }

        var leaves = session.Ledger.EvidenceByDigest(value, 0, MaxCandidates);
        foreach (var leaf in leaves)
        {
            call.Charge(GasSchedule.EvidenceRead);
            if (Fits(leaf, value, subject)) return leaf;
        }

        return null;
    }

    private static bool Fits(in ContractLeaf leaf, byte[] digest, string? subject)
    {
        if (leaf.Record.Type != AnchorType || (subject is not null && leaf.Record.Subject != subject)) return false;
        foreach (var item in leaf.Record.Digests)
        {
            if (item.Algorithm == DigestAlgorithm && item.Value.Span.SequenceEqual(digest)) return true;
        }

        return false;
    }

    private static string Answer(string code, ulong? record, ContractLeaf? anchor, Disclosure? disclosure)
    {
        var isValid = code == nameof(DisclosureVerdictCode.Valid);
        var json = new JsonText().Open('{').Name("valid").Flag(isValid).Name("code").Text(code).Name("record");
        if (record is { } index) json.Number(index);
        else json.Raw("null");
        json.Name("evidence");
        if (anchor is { } leaf)
        {
            json.Open('{').Name("id").Text(leaf.Leaf.Id.ToString()).Name("subject").Text(leaf.Record.Subject)
                .Name("member").Text(leaf.Leaf.Member).Name("time").Number(leaf.Leaf.Time.UnixMilliseconds).Close('}');
        }
        else json.Raw("null");

        json.Name("first").Number(disclosure?.FirstIndex ?? 0)
            .Name("total").Number(disclosure?.Fingerprint.RecordCount ?? 0)
            .Name("header").Text(isValid && disclosure?.Header is { } header ? JsonRules.TextOf(header.Data.Span) : null)
            .Name("records");
        WriteRecords(json, isValid ? disclosure : null);
        return json.Close('}').ToString();
    }

    // All of them as text, or none: a contract must not mistake a part for the whole.
    private static void WriteRecords(JsonText json, Disclosure? disclosure)
    {
        var texts = disclosure?.Records.Select(r => JsonRules.TextOf(r.Data.Span)).ToList();
        if (texts is null || texts.Any(t => t is null))
        {
            json.Raw("null");
            return;
        }

        json.Open('[');
        foreach (var text in texts) json.Text(text);
        json.Close(']');
    }
}
