using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ledger.Client.Transport;
using Ledger.Core.Grpc;
using Ledger.Testing;
using Ledger.Testing.Probe;

namespace Ledger.Node.Tests.Api;

public sealed class GrpcTlsTests
{
    [Fact]
    public async Task A_call_over_TLS_works_with_a_certificate_that_the_client_accepts()
    {
        using var certificate = SelfSigned();
        await using var server = await ProbeServer.StartAsync(certificate: certificate);
        using var channel = new GrpcChannel(server.Address, new GrpcChannelOptions
        {
            ValidateServerCertificate = (_, shown, _, _) => shown is not null && shown.Equals(certificate),
        });

        var response = await channel.UnaryAsync(ProbeMethods.Echo, new EchoRequest { Text = "x" });

        Assert.Equal("x", response.Text);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_makes_the_node_unavailable()
    {
        using var certificate = SelfSigned();
        await using var server = await ProbeServer.StartAsync(certificate: certificate);
        using var channel = new GrpcChannel(server.Address);

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync(ProbeMethods.Echo, new EchoRequest()));

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
    }

    [Fact]
    public async Task Over_HTTP_1_the_client_is_told_to_upgrade()
    {
        using var certificate = SelfSigned();
        await using var server = await ProbeServer.StartAsync(certificate: certificate);
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown!.Equals(certificate),
        };
        using var http = new HttpClient(handler);
        using var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = new("application/grpc");

        using var response = await http.PostAsync(new Uri(server.Address, ProbeMethods.Echo.Path), content);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
