using System.Buffers.Binary;
using System.Security.Cryptography;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Fingerprints;
using Ledger.Core.Tests.Merkle;

namespace Ledger.Core.Tests.Fingerprints;

public sealed class FingerprintTests
{
    [Fact]
    public void A_csv_fingerprint_is_what_the_specification_says()
    {
        var sample = new Sample(FingerprintParameters.Csv(), Sample.Text("a,b\r\n1,2\r\n\"x\r\ny\",\r\n"));
        var headerSalt = Salt(sample.Secret, "ledger/fingerprint-header-salt/1", 1, 0);
        Hash256[] leaves = [Leaf(sample.Secret, 1, 0, "1,2"), Leaf(sample.Secret, 1, 1, "\"x\r\ny\",")];

        var fingerprint = sample.Fingerprint();

        Assert.Equal(2UL, fingerprint.RecordCount);
        Assert.Equal(NaiveLog.Root(leaves), fingerprint.Root);
        byte[] header = [.. Sample.Text("ledger/fingerprint-header/1\0"), 16, .. headerSalt, .. Sample.Text("a,b")];
        Assert.Equal(new Hash256(SHA256.HashData(header)), fingerprint.HeaderDigest);
        byte[] digest = [.. Sample.Text("ledger/fingerprint/1\0"), .. fingerprint.ToArray()];
        Assert.Equal(new Hash256(SHA256.HashData(digest)), fingerprint.Digest(Sha256.Instance));
    }

    [Fact]
    public void Line_ends_do_not_change_a_fingerprint_and_everything_else_does()
    {
        var sample = new Sample(FingerprintParameters.Csv(), Sample.Text("a,b\n1,2\n3,4\n"));
        var digest = sample.Digest();

        Assert.Equal(digest, (sample with { Data = Sample.Text("a,b\r\n1,2\r\n3,4") }).Digest());
        Assert.NotEqual(digest, (sample with { Data = Sample.Text("a,c\n1,2\n3,4\n") }).Digest());
        Assert.NotEqual(digest, (sample with { Data = Sample.Text("a,b\n3,4\n1,2\n") }).Digest());
        Assert.NotEqual(digest, (sample with { Data = Sample.Text("a,b\n1,2\n") }).Digest());
        Assert.NotEqual(digest, (sample with { Secret = new byte[32] }).Digest());
        Assert.NotEqual(digest, (sample with { Parameters = FingerprintParameters.Lines() }).Digest());
        Assert.NotEqual(digest, (sample with { Parameters = FingerprintParameters.Csv((byte)';') }).Digest());
        Assert.NotEqual(digest, (sample with { Parameters = FingerprintParameters.Csv(saltSize: 32) }).Digest());
    }

    [Fact]
    public void Where_the_pushes_are_cut_does_not_matter()
    {
        var prng = new Prng(1);
        foreach (var sample in new[] { Sample.Csv(50), Sample.Lines(50), Sample.Chunks(50) })
        {
            var builder = new FingerprintBuilder(Sha256.Instance, sample.Parameters, sample.Secret);
            for (var at = 0; at < sample.Data.Length;)
            {
                var size = Math.Min(prng.Below(40), sample.Data.Length - at);
                builder.Push(sample.Data.AsSpan(at, size));
                at += size;
            }

            builder.Complete(out var fingerprint);

            Assert.Equal(sample.Fingerprint(), fingerprint);
        }
    }

    [Fact]
    public void Equal_records_have_different_leaves()
    {
        var sample = new Sample(FingerprintParameters.Lines(), Sample.Text("0\n0\n0\n0\n"));

        var leaves = sample.Disclose(0, 4).LeafHashes.ToArray();

        Assert.Equal(4, leaves.Distinct().Count());
    }

    [Fact]
    public void Data_without_records_has_a_fingerprint_and_csv_without_header_has_none()
    {
        var empty = new Sample(FingerprintParameters.Lines(), []).Fingerprint();
        Assert.Equal(0UL, empty.RecordCount);
        Assert.Equal(Sha256.Instance.Hash([]), empty.Root);

        var builder = new FingerprintBuilder(Sha256.Instance, FingerprintParameters.Csv(), new byte[32]);
        Assert.Equal(FingerprintFault.MissingHeader, builder.Complete(out var none));
        Assert.Null(none);
    }

    [Fact]
    public void A_fault_in_the_data_names_the_record()
    {
        var builder = new FingerprintBuilder(Sha256.Instance, FingerprintParameters.Csv(), new byte[32]);

        Assert.Equal(FingerprintFault.TextAfterQuote, builder.Push("h\n1\n\"2\"x\n"u8));
        Assert.Equal(2UL, builder.RecordsSeen);
        Assert.Equal(FingerprintFault.TextAfterQuote, builder.Complete(out _));
    }

    [Fact]
    public void Parameters_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FingerprintParameters.Csv((byte)'"'));
        Assert.Throws<ArgumentOutOfRangeException>(() => FingerprintParameters.Csv((byte)'\n'));
        Assert.Throws<ArgumentOutOfRangeException>(() => FingerprintParameters.Lines(saltSize: 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => FingerprintParameters.Chunks(chunkSize: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => FingerprintParameters.Chunks(chunkSize: (1 << 20) + 1));
        Assert.Throws<ArgumentException>(
            () => new FingerprintBuilder(Sha256.Instance, FingerprintParameters.Lines(), new byte[31]));
    }

    [Fact]
    public void Encodings_and_json_are_read_as_they_are_written()
    {
        foreach (var sample in new[] { Sample.Csv(5), Sample.Lines(0), Sample.Chunks(9) })
        {
            var fingerprint = sample.Fingerprint();

            Assert.True(Fingerprint.TryDecode(fingerprint.ToArray(), out var decoded, out _));
            Assert.True(FingerprintJson.TryRead(FingerprintJson.Write(fingerprint), out Fingerprint? read, out _));

            Assert.Equal(fingerprint, decoded);
            Assert.Equal(fingerprint, read);
        }
    }

    [Fact]
    public void An_encoding_whose_fields_do_not_fit_each_other_is_refused()
    {
        Assert.Equal(DecodeErrorKind.BadValue, Decode(0, 16, 0, 0, header: false));
        Assert.Equal(DecodeErrorKind.TooLarge, Decode(4, 16, 0, 0, header: false));
        Assert.Equal(DecodeErrorKind.BadValue, Decode(2, 17, 0, 0, header: false));
        Assert.Equal(DecodeErrorKind.BadValue, Decode(2, 16, 5, 0, header: false));
        Assert.Equal(DecodeErrorKind.BadValue, Decode(2, 16, 0, ',', header: false));
        Assert.Equal(DecodeErrorKind.UnexpectedField, Decode(2, 16, 0, 0, header: true));
        Assert.Equal(DecodeErrorKind.MissingField, Decode(1, 16, 0, ',', header: false));
        Assert.Equal(DecodeErrorKind.BadValue, Decode(1, 16, 0, '"', header: true));
        Assert.Equal(DecodeErrorKind.BadValue, Decode(3, 16, 0, 0, header: false));
        Assert.Equal(DecodeErrorKind.TooLarge, Decode(3, 16, (1 << 20) + 1, 0, header: false));
    }

    private static DecodeErrorKind Decode(ulong rule, ulong salt, ulong chunk, ulong delimiter, bool header)
    {
        var writer = new CanonicalWriter();
        writer.UInt64(1, rule);
        writer.Text(2, "sha-256");
        writer.UInt64(3, salt);
        writer.UInt64(4, chunk);
        writer.UInt64(5, delimiter);
        writer.Hash(7, Hash256.Zero);
        if (header) writer.Hash(8, Hash256.Zero);
        Assert.False(Fingerprint.TryDecode(writer.Written, out _, out var error));
        return error.Kind;
    }

    private static byte[] Salt(byte[] secret, string tag, byte rule, ulong index)
    {
        var place = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(place, index);
        byte[] data = [.. Sample.Text(tag + "\0"), rule, .. place];
        return HMACSHA256.HashData(secret, data)[..16];
    }

    private static Hash256 Leaf(byte[] secret, byte rule, ulong index, string record) => new(SHA256.HashData(
        [0, 16, .. Salt(secret, "ledger/fingerprint-salt/1", rule, index), .. Sample.Text(record)]));
}
