using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;
using Ledger.Core.Tests.Merkle;

namespace Ledger.Core.Tests.Fingerprints;

public sealed class DisclosureTests
{
    [Fact]
    public void Every_range_of_every_rule_is_disclosed_and_verified()
    {
        foreach (var sample in new[] { Sample.Csv(11), Sample.Lines(8), Sample.Chunks(13) })
        {
            var digest = sample.Digest();
            var records = (int)sample.Fingerprint().RecordCount;
            for (var first = 0; first < records; first++)
            {
                for (var count = 1; first + count <= records; count++)
                {
                    var disclosure = sample.Disclose((ulong)first, count);

                    Assert.Equal(count, disclosure.Records.Count);
                    Assert.True(DisclosureVerifier.Verify(Sha256.Instance, disclosure, digest).IsValid);
                }
            }
        }
    }

    [Fact]
    public void The_records_shown_are_those_of_the_data_set()
    {
        var disclosure = Sample.Csv(11).Disclose(5, 2);

        Assert.Equal("speed,note", System.Text.Encoding.UTF8.GetString(disclosure.Header!.Value.Data.Span));
        Assert.Equal("2,\"row\n1\"", System.Text.Encoding.UTF8.GetString(disclosure.Records[0].Data.Span));
        Assert.Equal("0,\"row\n1\"", System.Text.Encoding.UTF8.GetString(disclosure.Records[1].Data.Span));
    }

    [Fact]
    public void A_disclosure_gives_away_no_hidden_record_and_no_hidden_salt()
    {
        var sample = new Sample(
            FingerprintParameters.Lines(),
            Sample.Text(string.Concat(Enumerable.Range(0, 32).Select(i => $"secret value {i:d2}\n"))));
        var all = sample.Disclose(0, 32);

        var encoded = sample.Disclose(10, 3).ToArray();

        for (var i = 0; i < 32; i++)
        {
            var shown = i is >= 10 and < 13;
            Assert.Equal(shown, encoded.AsSpan().IndexOf(all.Records[i].Salt.Span) >= 0);
            Assert.Equal(shown, encoded.AsSpan().IndexOf(all.Records[i].Data.Span) >= 0);
        }
    }

    [Fact]
    public void A_hidden_record_cannot_be_found_by_trying_all_its_values()
    {
        // One bit of content; the neighbour's leaf hash is in the proof, and a known salt does not help.
        var sample = new Sample(FingerprintParameters.Lines(), Sample.Text("0\n1\n"));
        var disclosure = sample.Disclose(0, 1);
        var knownSalt = disclosure.Records[0].Salt.Span;
        var hidden = disclosure.Proof[0];

        foreach (var guess in new[] { "0", "1" })
        {
            Assert.NotEqual(hidden, FingerprintHash.LeafOf(Sha256.Instance, knownSalt, Sample.Text(guess)));
            Assert.NotEqual(hidden, FingerprintHash.LeafOf(Sha256.Instance, [], Sample.Text(guess)));
        }
    }

    [Fact]
    public void A_disclosure_grows_with_the_range_and_not_with_the_data()
    {
        var disclosure = Sample.Lines(1000).Disclose(500, 1);

        Assert.Equal(10, disclosure.Proof.Length);
    }

    [Fact]
    public void Other_data_and_another_secret_make_no_disclosure()
    {
        var sample = Sample.Lines(20);
        var fingerprint = sample.Fingerprint();
        var changed = sample.Data.ToArray();
        changed[3] ^= 1;

        Assert.Equal(FingerprintFault.DataDiffers, Try(fingerprint, sample.Secret, changed));
        Assert.Equal(FingerprintFault.DataDiffers, Try(fingerprint, new byte[32], sample.Data));
        Assert.Equal(FingerprintFault.DataDiffers, Try(fingerprint, sample.Secret, sample.Data[..^8]));
        Assert.Equal(FingerprintFault.DataDiffers, Try(fingerprint, sample.Secret, [.. sample.Data, .. "more\n"u8]));
    }

    [Fact]
    public void Records_that_exceed_what_a_disclosure_holds_are_refused()
    {
        var parameters = FingerprintParameters.Chunks(chunkSize: 1 << 20);
        var builder = new FingerprintBuilder(Sha256.Instance, parameters, new byte[32]);
        var chunk = new byte[1 << 20];
        for (var i = 0; i < 65; i++) builder.Push(chunk);
        builder.Complete(out var fingerprint);

        var disclosure = new DisclosureBuilder(Sha256.Instance, fingerprint!, new byte[32], 0, 65);
        for (var i = 0; i < 65; i++) disclosure.Push(chunk);

        Assert.Equal(FingerprintFault.DisclosureTooLarge, disclosure.Complete(out _));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 21)]
    [InlineData(20, 1)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(0, 100_001)]
    public void A_range_outside_the_data_cannot_be_asked_for(ulong first, int count)
    {
        var sample = Sample.Lines(20);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => new DisclosureBuilder(Sha256.Instance, sample.Fingerprint(), sample.Secret, first, count));
    }

    [Fact]
    public void Every_way_to_tamper_is_refused_with_its_reason_and_its_record()
    {
        var sample = Sample.Csv(12);
        var digest = sample.Digest();
        foreach (var (name, disclosure, code, index) in Tampered.Cases(sample))
        {
            var verdict = DisclosureVerifier.Verify(Sha256.Instance, disclosure, digest);

            Assert.True(new DisclosureVerdict(code, index) == verdict, $"{name}: {verdict}");
        }

        Assert.Equal(
            DisclosureVerdictCode.FingerprintMismatch,
            DisclosureVerifier.Verify(Sha256.Instance, sample.Disclose(1, 1), Hash256.Zero).Code);
    }

    [Fact]
    public void P14_no_byte_of_a_disclosure_goes_unchecked()
    {
        var sample = Sample.Csv(9);
        var digest = sample.Digest();
        var encoded = sample.Disclose(2, 3).ToArray();
        for (var bit = 0; bit < 8 * encoded.Length; bit++)
        {
            var changed = encoded.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            if (!Disclosure.TryDecode(changed, out var disclosure, out _)) continue;
            Assert.Equal(changed, disclosure.ToArray());
            Assert.False(DisclosureVerifier.Verify(Sha256.Instance, disclosure, digest).IsValid);
        }

        for (var length = 0; length < encoded.Length; length++)
        {
            if (Disclosure.TryDecode(encoded.AsSpan(0, length), out var cut, out _))
                Assert.False(DisclosureVerifier.Verify(Sha256.Instance, cut, digest).IsValid);
        }

        Assert.False(Disclosure.TryDecode([.. encoded, 0], out _, out _));
    }

    [Fact]
    public void Another_hash_function_is_told_apart()
    {
        var disclosure = Sample.Lines(3).Disclose(0, 1);
        var f = disclosure.Fingerprint;
        var other = new Fingerprint(f.Parameters, "sm3", f.RecordCount, f.Root, f.HeaderDigest);

        Assert.Equal(
            DisclosureVerdictCode.AlgorithmMismatch,
            DisclosureVerifier.Verify(
                Sha256.Instance, new Disclosure(other, 0, null, disclosure.Records, [], []), default).Code);
        Assert.Throws<ArgumentException>(() => other.Digest(Sha256.Instance));
        Assert.Throws<ArgumentException>(() => new DisclosureBuilder(Sha256.Instance, other, new byte[32], 0, 1));
    }

    private static FingerprintFault Try(Fingerprint fingerprint, byte[] secret, byte[] data)
    {
        var builder = new DisclosureBuilder(Sha256.Instance, fingerprint, secret, 4, 4);
        builder.Push(data);
        var fault = builder.Complete(out var disclosure);
        Assert.Null(disclosure);
        return fault;
    }
}
