using System.IO.Compression;
using Ledger.Client.Fingerprints;
using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;

namespace Ledger.Client.Tests.Fingerprints;

public sealed class FileFingerprintTests
{
    private static readonly string Trip = Path.Combine(AppContext.BaseDirectory, "Samples", "obd-trip.sample.csv");

    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public async Task Thirty_seconds_of_a_drive_are_shown_to_be_part_of_it()
    {
        var whole = await FileFingerprint.ComputeAsync(Trip, Sha256.Instance, FingerprintParameters.Csv(), Secret);

        var shown = await FileFingerprint.DiscloseAsync(Trip, Sha256.Instance, whole, Secret, 100, 30);

        Assert.Equal(200ul, whole.RecordCount);
        Assert.Equal(30, shown.Records.Count);
        Assert.True(DisclosureVerifier.Verify(Sha256.Instance, shown, whole.Digest(Sha256.Instance)).IsValid);
    }

    [Fact]
    public async Task Rows_have_the_same_fingerprint_whether_the_file_is_compressed_or_not()
    {
        var packed = Path.Combine(Directory.CreateTempSubdirectory("ledger-").FullName, "trip.csv.gz");
        await using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Optimal))
            await gzip.WriteAsync(await File.ReadAllBytesAsync(Trip));

        Assert.Equal(
            await FileFingerprint.ComputeAsync(Trip, Sha256.Instance, FingerprintParameters.Csv(), Secret),
            await FileFingerprint.ComputeAsync(packed, Sha256.Instance, FingerprintParameters.Csv(), Secret));
    }

    [Fact]
    public async Task Another_secret_does_not_disclose()
    {
        var whole = await FileFingerprint.ComputeAsync(Trip, Sha256.Instance, FingerprintParameters.Lines(), Secret);

        var fault = await Assert.ThrowsAsync<FingerprintException>(
            () => FileFingerprint.DiscloseAsync(Trip, Sha256.Instance, whole, new byte[32], 0, 1));

        Assert.Equal(FingerprintFault.DataDiffers, fault.Fault);
    }
}
