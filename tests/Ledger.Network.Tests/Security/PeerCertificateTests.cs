using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ledger.Network.Security;

namespace Ledger.Network.Tests.Security;

/// <summary>Each rule of the libp2p TLS specification, broken once.</summary>
public sealed class PeerCertificateTests : IDisposable
{
    private const string ExtensionOid = "1.3.6.1.4.1.53594.1.1";

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly PeerIdentity _identity = PeerIdentity.Generate();

    private PeerId Peer => PeerId.FromPublicKey(_identity.PublicKey);

    public void Dispose()
    {
        _key.Dispose();
        _identity.Dispose();
    }

    [Fact]
    public void A_certificate_of_our_own_making_proves_its_peer()
    {
        var certificate = PeerCertificate.Create(_identity).TargetCertificate;

        Assert.Equal(Peer, PeerCertificate.Verify(certificate, Now));
        Assert.Equal(ExtensionOid, certificate.Extensions[0].Oid!.Value);
    }

    [Fact]
    public void A_certificate_without_the_extension_is_refused() =>
        AssertRefused(HandshakeRefusal.BadCertificate, Make(extensions: []));

    [Fact]
    public void A_certificate_with_the_extension_twice_is_refused_or_cannot_even_be_made() =>
        Assert.ThrowsAny<Exception>(() => PeerCertificate.Verify(Make(extensions: [Extension(), Extension()]), Now));

    [Fact]
    public void An_unknown_critical_extension_is_refused() =>
        AssertRefused(
            HandshakeRefusal.BadCertificate,
            Make(extensions: [Extension(), new X509Extension("1.2.3.4.5", [5, 0], critical: true)]));

    [Fact]
    public void An_unknown_extension_that_is_not_critical_is_ignored() =>
        Assert.Equal(
            Peer,
            PeerCertificate.Verify(
                Make(extensions: [new X509Extension("1.2.3.4.5", [5, 0], critical: false), Extension()]), Now));

    [Theory]
    [InlineData(-40)]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(1000)]
    public void P16_no_clock_and_no_number_of_years_makes_our_own_certificate_invalid(int years)
    {
        var certificate = PeerCertificate.Create(_identity).TargetCertificate;

        Assert.Equal(Peer, PeerCertificate.Verify(certificate, Now.AddYears(years)));
    }

    [Fact]
    public void P16_a_node_that_makes_itself_a_new_certificate_is_the_same_peer()
    {
        var first = PeerCertificate.Create(_identity).TargetCertificate;
        var second = PeerCertificate.Create(_identity).TargetCertificate;

        Assert.NotEqual(first.PublicKey.ExportSubjectPublicKeyInfo(), second.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(PeerCertificate.Verify(first, Now), PeerCertificate.Verify(second, Now));
    }

    [Fact]
    public void An_expired_certificate_is_refused() =>
        AssertRefused(HandshakeRefusal.BadCertificate, Make(from: Now.AddDays(-2), to: Now.AddDays(-1)));

    [Fact]
    public void A_certificate_that_is_not_valid_yet_is_refused() =>
        AssertRefused(HandshakeRefusal.BadCertificate, Make(from: Now.AddDays(1), to: Now.AddDays(2)));

    [Fact]
    public void A_certificate_signed_by_another_key_is_refused()
    {
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuerRequest = new CertificateRequest("CN=issuer", issuerKey, HashAlgorithmName.SHA256);
        issuerRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var issuer = issuerRequest.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
        var request = new CertificateRequest("CN=peer", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(Extension());

        AssertRefused(
            HandshakeRefusal.BadCertificate, request.Create(issuer, Now.AddDays(-1), Now.AddDays(1), [1, 2, 3]));
    }

    [Fact]
    public void A_certificate_with_an_rsa_key_is_refused()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=peer", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(Extension());

        AssertRefused(HandshakeRefusal.BadCertificate, request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1)));
    }

    [Fact]
    public void A_key_that_did_not_sign_the_certificates_key_is_refused()
    {
        using var another = PeerIdentity.Generate();

        AssertRefused(HandshakeRefusal.BadIdentitySignature, Make(extensions: [Extension(signer: another)]));
    }

    [Fact]
    public void A_signature_over_another_certificates_key_is_refused()
    {
        using var anotherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        AssertRefused(HandshakeRefusal.BadIdentitySignature, Make(extensions: [Extension(signedKey: anotherKey)]));
    }

    [Fact]
    public void An_identity_of_another_key_type_is_refused() =>
        AssertRefused(
            HandshakeRefusal.BadCertificate,
            Make(extensions: [Extension(message: [0x08, 0x01, 0x12, 0x20, .. new byte[32]])]));

    [Fact]
    public void An_extension_with_trailing_bytes_is_refused() =>
        AssertRefused(
            HandshakeRefusal.BadCertificate,
            Make(extensions: [new X509Extension(ExtensionOid, [.. Extension().RawData, 0], critical: true)]));

    [Fact]
    public void Mutated_extensions_end_in_nothing_but_a_refusal()
    {
        var random = new Random(3);
        for (var i = 0; i < 300; i++)
        {
            var data = Extension().RawData;
            data[random.Next(data.Length)] ^= (byte)(1 << random.Next(8));

            var certificate = Make(extensions: [new X509Extension(ExtensionOid, data, critical: true)]);

            Assert.Throws<HandshakeException>(() => PeerCertificate.Verify(certificate, Now));
        }
    }

    private static void AssertRefused(HandshakeRefusal reason, X509Certificate2 certificate) =>
        Assert.Equal(
            reason, Assert.Throws<HandshakeException>(() => PeerCertificate.Verify(certificate, Now)).Reason);

    private X509Certificate2 Make(
        X509Extension[]? extensions = null, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        var request = new CertificateRequest("CN=peer", _key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions ?? [Extension()]) request.CertificateExtensions.Add(extension);
        return request.CreateSelfSigned(from ?? Now.AddDays(-1), to ?? Now.AddDays(1));
    }

    private X509Extension Extension(byte[]? message = null, PeerIdentity? signer = null, ECDsa? signedKey = null)
    {
        var digest = PeerCertificate.IdentityDigest((signedKey ?? _key).ExportSubjectPublicKeyInfo());
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(message ?? Peer.PublicKeyMessage);
            writer.WriteOctetString(PeerKeys.ToDer((signer ?? _identity).SignDigest(digest)));
        }

        return new X509Extension(ExtensionOid, writer.Encode(), critical: true);
    }
}
