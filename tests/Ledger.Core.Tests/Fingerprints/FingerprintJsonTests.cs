using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;

namespace Ledger.Core.Tests.Fingerprints;

public sealed class FingerprintJsonTests
{
    [Fact]
    public void A_disclosure_is_read_as_it_was_written()
    {
        foreach (var sample in new[] { Sample.Csv(12), Sample.Lines(9), Sample.Chunks(3) })
        {
            var disclosure = sample.Disclose(1, 2);

            Assert.True(FingerprintJson.TryRead(FingerprintJson.Write(disclosure), out Disclosure? read, out _));

            Assert.Equal(disclosure.ToArray(), read.ToArray());
            Assert.True(DisclosureVerifier.Verify(Sha256.Instance, read, sample.Digest()).IsValid);
        }
    }

    [Theory]
    [InlineData("\"first\": 4", "\"first\": 4, \"more\": 1", "a field that the format does not know")]
    [InlineData("\"first\": 4", "\"first\": 4, \"first\": 4", "not well-formed JSON")]
    [InlineData("\"first\": 4,", "", "first is missing")]
    [InlineData("\"first\": 4", "\"first\": -1", "first is not a whole number")]
    [InlineData("\"first\": 4", "\"first\": 4.5", "first is not a whole number")]
    [InlineData("\"first\": 4", "\"first\": \"4\"", "first is not a number")]
    [InlineData("\"first\": 4", "\"first\": 9007199254740992", "first is not a whole number")]
    [InlineData("\"first\": 4", "\"first\": 4,,", "not well-formed JSON")]
    [InlineData("ledger-disclosure/1", "ledger-disclosure/2", "format is not ledger-disclosure/1")]
    [InlineData("\"rule\": \"csv\"", "\"rule\": \"xml\"", "do not fit each other")]
    [InlineData("\"rule\": \"csv\"", "\"rule\": \"\\ud800\"", "not well-formed Unicode")]
    [InlineData("\"delimiter\": \",\"", "\"delimiter\": \",,\"", "do not fit each other")]
    [InlineData("\"salt_size\": 16", "\"salt_size\": 17", "do not fit each other")]
    [InlineData("\"header_digest\"", "\"header\"", "a field that the format does not know")]
    [InlineData("\"data\": \"", "\"data\": \"*", "data is not base64")]
    [InlineData("\"salt\": \"", "\"salt\": \"A", "salt is not lower-case hexadecimal")]
    [InlineData("\"proof\": [", "\"proof\": [1,", "proof has an element that is no text")]
    [InlineData("\"proof\": [", "\"proof\": [\"00\",", "proof is not a hash")]
    [InlineData("\"records\": [", "\"records\": [1,", "record is not an object")]
    public void Json_that_departs_from_the_format_is_refused_with_its_reason(string part, string changed, string reason)
    {
        var text = System.Text.Encoding.UTF8.GetString(FingerprintJson.Write(Sample.Csv(12).Disclose(4, 4)));
        var at = text.IndexOf(part, StringComparison.Ordinal);
        Assert.True(at >= 0);

        var bad = Sample.Text(text[..at] + changed + text[(at + part.Length)..]);

        Assert.False(FingerprintJson.TryRead(bad, out Disclosure? disclosure, out var fault));
        Assert.Null(disclosure);
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_elements_and_too_deep_nesting_are_refused()
    {
        var text = System.Text.Encoding.UTF8.GetString(FingerprintJson.Write(Sample.Lines(3).Disclose(1, 1)));
        var hash = "\"" + new string('0', 64) + "\"";
        var hashes = string.Concat(Enumerable.Repeat(hash + ",", 200));
        var many = text.Replace("\"proof\": [", "\"proof\": [" + hashes, StringComparison.Ordinal);

        Assert.False(FingerprintJson.TryRead(Sample.Text(many), out Disclosure? _, out var fault));
        Assert.Contains("too many elements", fault, StringComparison.Ordinal);
        Assert.False(
            FingerprintJson.TryRead(Sample.Text(new string('[', 10_000)), out Disclosure? _, out fault));
        Assert.Contains("not well-formed JSON", fault, StringComparison.Ordinal);
        Assert.False(FingerprintJson.TryRead(Sample.Text("[]"), out Fingerprint? _, out fault));
        Assert.Contains("is not an object", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_json_never_throws_and_never_verifies_as_something_else()
    {
        var prng = new Prng(3);
        var sample = Sample.Csv(12);
        var disclosure = sample.Disclose(4, 2);
        var digest = sample.Digest();
        var text = FingerprintJson.Write(disclosure);
        for (var round = 0; round < 4000; round++)
        {
            var bad = text.ToArray();
            for (var i = prng.Below(3); i >= 0; i--) bad[prng.Below(bad.Length)] = (byte)prng.Below(256);
            if (!FingerprintJson.TryRead(bad, out Disclosure? read, out var fault)) Assert.NotNull(fault);
            else if (DisclosureVerifier.Verify(Sha256.Instance, read, digest).IsValid)
                Assert.Equal(disclosure.ToArray(), read.ToArray());
        }
    }
}
