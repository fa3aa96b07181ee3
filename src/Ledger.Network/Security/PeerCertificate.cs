using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ledger.Network.Security;

/// <summary>
/// The self-signed certificate of the libp2p TLS specification: its own key is made for one run of the process and
/// thrown away; the extension carries the identity key and that key's signature over the certificate's key.
/// </summary>
/// <remarks>Stateless. libp2p specs, tls/tls.md.</remarks>
internal static class PeerCertificate
{
    private const string ExtensionOid = "1.3.6.1.4.1.53594.1.1";
    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    private const int CompactSignatureSize = 64;

    // A certificate lives for one process, so its dates say nothing. Far dates keep a node with a wrong clock, or one
    // that runs for years, from being refused for them (PITFALLS P16).
    private static readonly DateTimeOffset NotBefore = new(1975, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NotAfter = new(4096, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // The critical extensions that any X.509 verifier understands: key usage, basic constraints, extended key usage.
    private static readonly string[] KnownCritical = [ExtensionOid, "2.5.29.15", "2.5.29.19", "2.5.29.37"];

    private static ReadOnlySpan<byte> SigningPrefix => "libp2p-tls-handshake:"u8;

    public static SslStreamCertificateContext Create(IPeerIdentity identity)
    {
        using var certificateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var message = PeerId.FromPublicKey(identity.PublicKey).PublicKeyMessage;
        var signature = identity.SignDigest(IdentityDigest(certificateKey.ExportSubjectPublicKeyInfo()));
        return SslStreamCertificateContext.Create(
            Create(certificateKey, message, PeerKeys.ToDer(signature)), additionalCertificates: null, offline: true);
    }

    internal static X509Certificate2 Create(ECDsa certificateKey, byte[] publicKeyMessage, byte[] signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(publicKeyMessage);
            writer.WriteOctetString(signature);
        }

        var request = new CertificateRequest("CN=ledger", certificateKey, HashAlgorithmName.SHA256);
        // The only extension, hence the first: some implementations look no further than that.
        request.CertificateExtensions.Add(new X509Extension(ExtensionOid, writer.Encode(), critical: true));
        using var certificate = request.CreateSelfSigned(NotBefore, NotAfter);
        // The round trip gives the certificate a key of its own, which every platform's TLS can use.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>Checks a certificate by every rule of the specification, and names the peer that it proves.</summary>
    /// <exception cref="HandshakeException">A rule is broken.</exception>
    public static PeerId Verify(X509Certificate2 certificate, DateTimeOffset now)
    {
        try
        {
            CheckEnvelope(certificate, now);
            CheckSelfSignature(certificate);
            return CheckIdentity(certificate);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            throw Bad("the certificate is malformed", e);
        }
    }

    internal static byte[] IdentityDigest(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        SHA256.HashData([.. SigningPrefix, .. subjectPublicKeyInfo]);

    private static void CheckEnvelope(X509Certificate2 certificate, DateTimeOffset now)
    {
        if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime())
            throw Bad("the certificate is outside its validity period");
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Critical && !KnownCritical.Contains(extension.Oid?.Value))
                throw Bad("the certificate has an unknown critical extension");
        }
    }

    private static void CheckSelfSignature(X509Certificate2 certificate)
    {
        var outer = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
        var signed = outer.ReadEncodedValue();
        var algorithm = outer.ReadSequence().ReadObjectIdentifier();
        var signature = outer.ReadBitString(out _);
        // libp2p peers are free to choose among key types; ECDSA on P-256 is the one all of them make by default.
        using var key = certificate.GetECDsaPublicKey() ?? throw Bad("the certificate's key is on no elliptic curve");
        var valid = algorithm == EcdsaWithSha256 && key.VerifyData(
            signed.Span, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (!valid) throw Bad("the certificate is not signed by its own key");
    }

    private static PeerId CheckIdentity(X509Certificate2 certificate)
    {
        var found = certificate.Extensions.Where(e => e.Oid?.Value == ExtensionOid).ToList();
        if (found is not [var extension]) throw Bad("the certificate lacks the libp2p extension, or has it twice");

        var outer = new AsnReader(extension.RawData, AsnEncodingRules.DER);
        var signedKey = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var message = signedKey.ReadOctetString();
        var der = signedKey.ReadOctetString();
        signedKey.ThrowIfNotEmpty();

        if (!PeerId.TryFromPublicKeyMessage(message, out var peer))
            throw Bad("the identity key is not a secp256k1 key");

        Span<byte> signature = stackalloc byte[CompactSignatureSize];
        var digest = IdentityDigest(certificate.PublicKey.ExportSubjectPublicKeyInfo());
        if (!PeerKeys.TryFromDer(der, signature) || !PeerKeys.Verify(peer.PublicKey, digest, signature))
        {
            throw new HandshakeException(
                HandshakeRefusal.BadIdentitySignature, "the identity key did not sign the certificate's key");
        }

        return peer;
    }

    private static HandshakeException Bad(string message, Exception? inner = null) =>
        new(HandshakeRefusal.BadCertificate, message, inner);
}
