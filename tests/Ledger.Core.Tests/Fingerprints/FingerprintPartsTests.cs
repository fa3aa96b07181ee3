using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;

namespace Ledger.Core.Tests.Fingerprints;

public sealed class FingerprintPartsTests
{
    public static TheoryData<int> Sizes => [0, 1, 2, 4095, 4096, 4097, 8191, 8192, 12_300];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_fingerprint_is_the_same_in_parts_however_they_are_hashed(int records)
    {
        foreach (var sample in new[] { Sample.Csv(records), Sample.Lines(records), Sample.Chunks(records) })
        {
            var parts = new FingerprintParts(Sha256.Instance, sample.Parameters, sample.Secret);

            Assert.Equal(FingerprintFault.None, parts.Push(sample.Data));
            Assert.Equal(FingerprintFault.None, parts.End());
            var taken = All(parts);
            // The last first: no part needs another.
            foreach (var part in Enumerable.Reverse(taken)) part.Hash();
            foreach (var part in taken) parts.Join(part);

            Assert.Equal(sample.Fingerprint(), parts.Finish());
        }
    }

    [Fact]
    public void Records_of_every_size_make_the_same_fingerprint_in_parts_that_are_used_again()
    {
        var prng = new Prng(7);
        var lines = new List<byte>();
        // Some are empty, some beyond what makes a part full, so that parts begin at any index.
        for (var i = 0; i < 3000; i++)
            lines.AddRange([.. new byte[prng.Below(100) == 0 ? prng.Below(300_000) : prng.Below(60)], (byte)'\n']);
        var sample = new Sample(FingerprintParameters.Lines(), [.. lines]);
        var parts = new FingerprintParts(Sha256.Instance, sample.Parameters, sample.Secret);
        var count = 0;

        for (var at = 0; at < sample.Data.Length; at += 100_000)
        {
            parts.Push(sample.Data.AsSpan(at, Math.Min(100_000, sample.Data.Length - at)));
            count += HashAll(parts);
        }

        Assert.Equal(FingerprintFault.None, parts.End());
        count += HashAll(parts);

        Assert.True(count > 10, $"only {count} parts: the sample does not show much");
        Assert.Equal(sample.Fingerprint(), parts.Finish());
    }

    [Fact]
    public void A_part_that_is_not_the_next_or_not_hashed_is_not_joined()
    {
        var sample = Sample.Lines(9000);
        var parts = new FingerprintParts(Sha256.Instance, sample.Parameters, sample.Secret);
        parts.Push(sample.Data);
        parts.End();
        var taken = All(parts);
        taken[1].Hash();

        Assert.Throws<InvalidOperationException>(() => parts.Join(taken[0]));
        Assert.Throws<InvalidOperationException>(() => parts.Join(taken[1]));
        Assert.Throws<InvalidOperationException>(parts.Finish);
    }

    [Fact]
    public void Faults_are_those_of_the_fingerprint_in_one_piece()
    {
        var broken = new FingerprintParts(Sha256.Instance, FingerprintParameters.Csv(), new byte[32]);
        Assert.Equal(FingerprintFault.QuoteInField, broken.Push(Sample.Text("a,b\n1,2\n1,2\"\n")));
        Assert.Equal(2UL, broken.RecordsSeen);

        var without = new FingerprintParts(Sha256.Instance, FingerprintParameters.Csv(), new byte[32]);
        Assert.Equal(FingerprintFault.MissingHeader, without.End());

        Assert.Throws<ArgumentException>(
            () => new FingerprintParts(Sha256.Instance, FingerprintParameters.Lines(), new byte[31]));
    }

    private static List<FingerprintPart> All(FingerprintParts parts)
    {
        var taken = new List<FingerprintPart>();
        while (parts.Take() is { } part) taken.Add(part);
        return taken;
    }

    private static int HashAll(FingerprintParts parts)
    {
        var taken = All(parts);
        foreach (var part in taken)
        {
            part.Hash();
            parts.Join(part);
        }

        return taken.Count;
    }
}
