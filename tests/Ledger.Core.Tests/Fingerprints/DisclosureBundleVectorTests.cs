using System.Text.Json.Nodes;
using Ledger.Core.Fingerprints;
using Ledger.Core.Membership;

namespace Ledger.Core.Tests.Fingerprints;

public sealed class DisclosureBundleVectorTests
{
    private const string FileName = "disclosure-bundle.json";

    [Fact]
    public void The_vector_file_is_what_this_implementation_makes() =>
        SpecVectors.AssertUnchanged(FileName, Generate());

    [Fact]
    public void Every_bundle_vector_gets_its_verdict()
    {
        using var file = SpecVectors.Load(FileName);
        var root = file.RootElement;
        Assert.True(Genesis.TryDecode(
            Convert.FromHexString(root.GetProperty("genesis").GetString()!), out var genesis, out var error), error);
        foreach (var vector in root.GetProperty("bundles").EnumerateArray())
        {
            var json = System.Text.Encoding.UTF8.GetBytes(vector.GetProperty("bundle").GetRawText());
            Assert.True(DisclosureBundle.TryRead(json, out var bundle, out var fault), fault);

            var verdict = bundle.Verify(genesis);

            Assert.Equal(vector.GetProperty("fault").GetString(), SpecVectors.Reason(verdict.Fault));
            Assert.Equal(vector.GetProperty("detail").GetString(), verdict.Detail);
        }
    }

    private static JsonObject Generate()
    {
        var bundles = new JsonArray();
        foreach (var (name, bundle) in DisclosureBundleTests.Samples())
        {
            var verdict = bundle.Verify(DisclosureBundleTests.Genesis);
            bundles.Add(new JsonObject
            {
                ["case"] = name,
                ["bundle"] = JsonNode.Parse(bundle.ToJson()),
                ["fault"] = SpecVectors.Reason(verdict.Fault),
                ["detail"] = verdict.Detail,
            });
        }

        return new JsonObject
        {
            ["spec"] = "docs/spec/fingerprint.md, section 8",
            ["genesis"] = Convert.ToHexStringLower(DisclosureBundleTests.Genesis.Encoded.Span),
            ["bundles"] = bundles,
        };
    }
}
