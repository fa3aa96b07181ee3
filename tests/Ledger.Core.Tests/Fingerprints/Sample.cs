using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;

namespace Ledger.Core.Tests.Fingerprints;

/// <summary>A data set with its rule and secret.</summary>
internal sealed record Sample(FingerprintParameters Parameters, byte[] Data)
{
    public byte[] Secret { get; init; } = [.. Enumerable.Range(0, 32).Select(i => (byte)(i + 1))];

    public static Sample Csv(int rows) => new(
        FingerprintParameters.Csv(),
        Text("speed,note\r\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{i % 3},\"row\n{i / 4}\"\r\n"))));

    public static Sample Lines(int count) => new(
        FingerprintParameters.Lines(saltSize: 32),
        Text(string.Concat(Enumerable.Range(0, count).Select(i => $"line {i}\n"))));

    public static Sample Chunks(int count) => new(
        FingerprintParameters.Chunks(chunkSize: 16),
        [.. Enumerable.Range(0, Math.Max(0, (16 * count) - 5)).Select(i => (byte)(i & 0xff))]);

    public Fingerprint Fingerprint()
    {
        var builder = new FingerprintBuilder(Sha256.Instance, Parameters, Secret);
        Assert.Equal(FingerprintFault.None, builder.Push(Data));
        Assert.Equal(FingerprintFault.None, builder.Complete(out var fingerprint));
        Assert.NotNull(fingerprint);
        return fingerprint;
    }

    public Hash256 Digest() => Fingerprint().Digest(Sha256.Instance);

    public Disclosure Disclose(ulong first, int count)
    {
        var builder = new DisclosureBuilder(Sha256.Instance, Fingerprint(), Secret, first, count);
        for (var at = 0; at < Data.Length; at += 7) builder.Push(Data.AsSpan(at, Math.Min(7, Data.Length - at)));
        Assert.Equal(FingerprintFault.None, builder.Complete(out var disclosure));
        Assert.NotNull(disclosure);
        return disclosure;
    }

    public static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
