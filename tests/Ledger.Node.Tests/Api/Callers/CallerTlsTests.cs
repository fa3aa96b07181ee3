using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ledger.Client;
using Ledger.Client.Credentials;
using Ledger.Client.Identity;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Callers;
using Ledger.Core.Grpc;
using Ledger.Testing.Builders;
using PublicKey = Ledger.Core.Crypto.PublicKey;

namespace Ledger.Node.Tests.Api.Callers;

public sealed class CallerTlsTests : IAsyncLifetime
{
    private static readonly GrpcMethod<GetStatusRequest, NodeStatus> GetStatus =
        new(LedgerReflection.Descriptor.Services[0], "GetStatus");

    private GatedNode _node = null!;

    public async Task InitializeAsync() => _node = await GatedNode.StartAsync(tls: true);

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task P16_a_node_is_known_by_its_key_on_the_chain_and_by_no_authority()
    {
        Assert.Equal("", await CallAsync(new GrpcChannelOptions
        {
            ValidateServerCertificate = new GenesisTrust(_node.Genesis).Callback,
            Credentials = new Fixed(_node.Token()),
        }));
        Assert.Equal("Unavailable", await CallAsync(new GrpcChannelOptions { Credentials = new Fixed(_node.Token()) }));
        Assert.Equal("Unavailable", await CallAsync(new GrpcChannelOptions
        {
            ValidateServerCertificate = new GenesisTrust(A.Genesis(1, channel: "another")).Callback,
            Credentials = new Fixed(_node.Token()),
        }));
    }

    [Fact]
    public async Task A_node_that_answers_at_the_address_of_another_is_refused_before_it_is_shown_a_token()
    {
        GrpcChannelOptions Expecting(string address, PublicKey key) => new LedgerClientOptions
        {
            Genesis = _node.Genesis,
            Credentials = new Fixed(_node.Token()),
            Trust = NodeTrust.Genesis,
            NodeKeys = new Dictionary<Uri, PublicKey> { [new Uri(_node.Grpc, address)] = key },
        }.ToConnection();
        var own = _node.Genesis.Validators.Validators[0].Key;
        var other = A.ValidatorSigner("org-b").PublicKey;

        Assert.Equal("", await CallAsync(Expecting("/a/path", own)));
        // The certificate is one of a validator; but another one's node is meant to be there. The handshake fails.
        Assert.Equal("Unavailable", await CallAsync(Expecting("/a/path", other)));
        // At an address of which nothing is said, any node of the document will do.
        Assert.Equal("", await CallAsync(Expecting("https://elsewhere.example:7500", other)));
        Assert.Throws<ArgumentException>(() => new LedgerClientOptions
        {
            Genesis = _node.Genesis,
            NodeKeys = new Dictionary<Uri, PublicKey> { [_node.Grpc] = own },
        }.ToConnection());
    }

    [Fact]
    public async Task A_member_is_known_by_its_certificate()
    {
        using var certificate = KeyCertificates.CreateForClient(A.ClientSigner("org-a"), _node.Genesis.Channel);

        Assert.Equal("", await WithAsync(certificate));
        // A token decides where there is one.
        Assert.Equal("TOKEN_MALFORMED", await WithAsync(certificate, "x"));
    }

    [Fact]
    public async Task Each_fault_of_a_certificate_has_its_own_reason()
    {
        var channel = _node.Genesis.Channel;
        var member = A.ClientSigner("org-a");
        using var plain = SelfSigned();
        using var stranger = KeyCertificates.CreateForClient(A.ClientSigner("stranger"), channel);
        using var expired = KeyCertificates.CreateForClient(member, channel, DateTimeOffset.UtcNow.AddMinutes(-5));
        using var ofNode = KeyCertificates.CreateForNode(member, channel, []);
        using var elsewhere = KeyCertificates.CreateForClient(member, A.Genesis(channel: "x").Channel);
        using var known = KeyCertificates.CreateForClient(member, channel);
        // A thief who saw a member's certificate puts its extension into one of its own.
        using var stolen = SelfSigned(known.Extensions.Single(e => e.Oid!.Value == KeyCertificate.ExtensionOid));

        Assert.Equal("CREDENTIAL_MISSING", await WithAsync(null));
        Assert.Equal("CERTIFICATE_MALFORMED", await WithAsync(plain));
        Assert.Equal("CERTIFICATE_UNKNOWN_KEY", await WithAsync(stranger));
        Assert.Equal("CERTIFICATE_EXPIRED", await WithAsync(expired));
        Assert.Equal("CERTIFICATE_SIGNATURE_INVALID", await WithAsync(ofNode));
        Assert.Equal("CERTIFICATE_SIGNATURE_INVALID", await WithAsync(elsewhere));
        Assert.Equal("CERTIFICATE_SIGNATURE_INVALID", await WithAsync(stolen));
    }

    [Fact]
    public void A_certificate_of_an_impostor_is_none_of_a_node()
    {
        var trust = new GenesisTrust(_node.Genesis);
        var channel = _node.Genesis.Channel;
        var validator = A.ValidatorSigner("org-a");
        using var good = KeyCertificates.CreateForNode(validator, channel, ["node.example"]);
        using var member = KeyCertificates.CreateForNode(A.ClientSigner("org-a"), channel, []);
        using var client = KeyCertificates.CreateForClient(validator, channel);
        using var stolen = SelfSigned(good.Extensions.Single(e => e.Oid!.Value == KeyCertificate.ExtensionOid));
        using var onOtherCurve = SelfSigned(
            good.Extensions.Single(e => e.Oid!.Value == KeyCertificate.ExtensionOid), ECCurve.NamedCurves.nistP384);

        Assert.True(trust.Accepts(good));
        Assert.False(trust.Accepts(member));
        Assert.False(trust.Accepts(client));
        Assert.False(trust.Accepts(stolen));
        Assert.False(trust.Accepts(onOtherCurve));
        Assert.False(trust.Accepts(null));
        Assert.True(new GenesisTrust(_node.Genesis, [A.ClientSigner("org-a").PublicKey]).Accepts(member));
    }

    private Task<string> WithAsync(X509Certificate2? certificate, string? token = null) => CallAsync(new GrpcChannelOptions
    {
        ValidateServerCertificate = new GenesisTrust(_node.Genesis).Callback,
        ClientCertificate = certificate,
        Credentials = token is null ? null : new Fixed(token),
    });

    // The reason of the refusal, or its code; empty when the call succeeds.
    private async Task<string> CallAsync(GrpcChannelOptions options)
    {
        using var channel = new GrpcChannel(_node.Grpc, options);
        try
        {
            await channel.UnaryAsync(GetStatus, new GetStatusRequest());
            return "";
        }
        catch (RpcException refused)
        {
            return refused.Reason ?? refused.Code.ToString();
        }
    }

    private static X509Certificate2 SelfSigned(X509Extension? extension = null, ECCurve? curve = null)
    {
        using var key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=thief", key, HashAlgorithmName.SHA256);
        if (extension is not null) request.CertificateExtensions.Add(extension);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class Fixed(string token) : ICallerCredentials
    {
        public ValueTask<string> GetTokenAsync(string audience, CancellationToken cancellation) =>
            ValueTask.FromResult(token);
    }
}
