using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ledger.Node.Hosting;
using Ledger.Node.Options;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Hosting;

public sealed class NodeTlsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SetTime _time = new(A.Start);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void P16_a_certificate_that_was_renewed_on_disk_is_shown_without_a_restart()
    {
        var first = Write(year: 2027);
        var tls = Open();
        Assert.Equal(first, tls.Certificate.Thumbprint);

        var second = Write(year: 2028);
        Assert.Equal(first, tls.Certificate.Thumbprint);
        _time.Advance(61_000);
        Assert.Equal(second, tls.Certificate.Thumbprint);

        // What cannot be read does not take the old one away.
        File.WriteAllText(_folder.File("chain.pem"), "half a file");
        File.SetLastWriteTimeUtc(_folder.File("chain.pem"), new DateTime(2029, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _time.Advance(61_000);
        Assert.Equal(second, tls.Certificate.Thumbprint);
    }

    [Fact]
    public void Files_that_cannot_be_read_stop_the_node_with_their_names()
    {
        var missing = Assert.Throws<ConfigurationException>(() => Open());
        Assert.Contains("chain.pem", missing.Message, StringComparison.Ordinal);

        Write(year: 2027);
        File.WriteAllText(_folder.File("key.pem"), "no key");
        Assert.Contains("PEM", Assert.Throws<ConfigurationException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_tls_there_is_none() =>
        Assert.Null(NodeTls.Open(Config(null), A.Genesis(), _time));

    private NodeTls Open() =>
        NodeTls.Open(Config(new TlsConfig { Certificate = "chain.pem", Key = "key.pem" }), A.Genesis(), _time)!;

    private NodeConfig Config(TlsConfig? tls) => new()
    {
        BaseFolder = _folder.File(""),
        GrpcListen = "127.0.0.1:1",
        HttpListen = "127.0.0.1:2",
        Tls = tls,
    };

    // A new certificate and its key; returns its thumbprint. The file's time tells the two apart.
    private string Write(int year)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node.example", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UnixEpoch, new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero));
        File.WriteAllText(_folder.File("chain.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.SetLastWriteTimeUtc(
            _folder.File("chain.pem"), new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        return certificate.Thumbprint;
    }
}
