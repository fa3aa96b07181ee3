using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;

namespace Ledger.Core.Tests.Fingerprints;

public sealed class FingerprintVectorTests
{
    private const string FileName = "fingerprint.json";

    [Fact]
    public void The_vector_file_is_what_this_implementation_makes() =>
        SpecVectors.AssertUnchanged(FileName, Generate());

    [Fact]
    public void Every_data_set_vector_has_its_fingerprint()
    {
        using var file = SpecVectors.Load(FileName);
        foreach (var vector in file.RootElement.GetProperty("data_sets").EnumerateArray())
        {
            Assert.True(Fingerprint.TryDecode(Bytes(vector, "fingerprint"), out var expected, out _));
            var builder = new FingerprintBuilder(Sha256.Instance, expected.Parameters, Bytes(vector, "secret"));
            builder.Push(Bytes(vector, "data"));
            builder.Complete(out var fingerprint);

            Assert.Equal(expected, fingerprint);
            Assert.Equal(vector.GetProperty("digest").GetString(), expected.Digest(Sha256.Instance).ToString());
            var json = System.Text.Encoding.UTF8.GetBytes(vector.GetProperty("json").GetRawText());
            Assert.True(FingerprintJson.TryRead(json, out Fingerprint? read, out _));
            Assert.Equal(expected, read);
        }
    }

    [Fact]
    public void Every_malformed_data_vector_is_refused_with_its_fault()
    {
        using var file = SpecVectors.Load(FileName);
        foreach (var vector in file.RootElement.GetProperty("malformed_csv").EnumerateArray())
        {
            var builder = new FingerprintBuilder(Sha256.Instance, FingerprintParameters.Csv(), new byte[32]);
            builder.Push(Bytes(vector, "data"));

            var fault = builder.Complete(out _);

            Assert.Equal(vector.GetProperty("fault").GetString(), SpecVectors.Reason(fault));
            Assert.Equal(vector.GetProperty("records_before").GetUInt64(), builder.RecordsSeen);
        }
    }

    [Fact]
    public void Every_disclosure_vector_gets_its_verdict()
    {
        using var file = SpecVectors.Load(FileName);
        foreach (var vector in file.RootElement.GetProperty("disclosures").EnumerateArray())
        {
            Assert.True(Disclosure.TryDecode(Bytes(vector, "disclosure"), out var disclosure, out _));

            var digest = Hash256.Parse(vector.GetProperty("digest").GetString()!);
            var verdict = DisclosureVerifier.Verify(Sha256.Instance, disclosure, digest);

            Assert.Equal(vector.GetProperty("verdict").GetString(), SpecVectors.Reason(verdict.Code));
            Assert.Equal(
                vector.TryGetProperty("record", out var record) ? record.GetUInt64() : null, verdict.RecordIndex);
        }
    }

    private static JsonObject Generate()
    {
        var csv = Sample.Csv(12);
        var lines = Sample.Lines(5);
        var disclosures = new JsonArray();
        foreach (var (name, disclosure, _, _) in Tampered.Cases(csv))
            disclosures.Add(Vector(name, disclosure, csv.Digest()));
        disclosures.Add(Vector("one line", lines.Disclose(4, 1), lines.Digest()));
        disclosures.Add(Vector("all lines", lines.Disclose(0, 5), lines.Digest()));
        disclosures.Add(Vector("a header where the rule has none", Tampered.UnexpectedHeader(lines), lines.Digest()));
        return new JsonObject
        {
            ["spec"] = "docs/spec/fingerprint.md",
            ["hash"] = Sha256.Instance.Name,
            ["data_sets"] = new JsonArray(
                DataSet("csv", csv),
                DataSet("csv with a header only", Sample.Csv(0)),
                DataSet("lines", lines),
                DataSet("lines of no data", Sample.Lines(0)),
                DataSet("chunks", Sample.Chunks(3))),
            ["malformed_csv"] = new JsonArray(
                Malformed(""), Malformed("h\na\"b\n"), Malformed("h\n\"a\"b\n"), Malformed("h\n\"a\"\rb\n"),
                Malformed("h\n1\n\"a\n")),
            ["disclosures"] = disclosures,
        };
    }

    private static JsonObject DataSet(string name, Sample sample)
    {
        var fingerprint = sample.Fingerprint();
        var vector = new JsonObject
        {
            ["case"] = name,
            ["data"] = Convert.ToHexStringLower(sample.Data),
            ["secret"] = Convert.ToHexStringLower(sample.Secret),
            ["fingerprint"] = Convert.ToHexStringLower(fingerprint.ToArray()),
            ["digest"] = fingerprint.Digest(Sha256.Instance).ToString(),
            ["json"] = JsonNode.Parse(FingerprintJson.Write(fingerprint)),
        };
        if (fingerprint.RecordCount == 0) return vector;
        var all = sample.Disclose(0, (int)fingerprint.RecordCount);
        vector["salts"] = new JsonArray(
            [.. all.Records.Select(r => (JsonNode)Convert.ToHexStringLower(r.Salt.Span))]);
        vector["leaf_hashes"] = new JsonArray([.. all.LeafHashes.ToArray().Select(h => (JsonNode)h.ToString())]);
        return vector;
    }

    private static JsonObject Malformed(string data)
    {
        var builder = new FingerprintBuilder(Sha256.Instance, FingerprintParameters.Csv(), new byte[32]);
        builder.Push(Sample.Text(data));
        var fault = builder.Complete(out _);
        return new JsonObject
        {
            ["data"] = Convert.ToHexStringLower(Sample.Text(data)),
            ["fault"] = SpecVectors.Reason(fault),
            ["records_before"] = builder.RecordsSeen,
        };
    }

    private static JsonObject Vector(string name, Disclosure disclosure, Hash256 digest)
    {
        var verdict = DisclosureVerifier.Verify(Sha256.Instance, disclosure, digest);
        var vector = new JsonObject
        {
            ["case"] = name,
            ["digest"] = digest.ToString(),
            ["disclosure"] = Convert.ToHexStringLower(disclosure.ToArray()),
            ["verdict"] = SpecVectors.Reason(verdict.Code),
        };
        if (verdict.RecordIndex is not { } index) return vector;
        vector["record"] = index;
        vector["findings"] = new JsonArray([.. RecordComparison.Compare(Sha256.Instance, disclosure).Select(Finding)]);
        return vector;
    }

    private static JsonObject Finding(RecordFinding finding)
    {
        var json = new JsonObject { ["kind"] = SpecVectors.Reason(finding.Kind), ["record"] = finding.Index };
        if (finding.Other is { } other) json["other"] = other;
        return json;
    }

    private static byte[] Bytes(JsonElement vector, string name) =>
        Convert.FromHexString(vector.GetProperty(name).GetString()!);
}
