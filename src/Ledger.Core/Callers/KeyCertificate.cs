using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using PublicKey = Ledger.Core.Crypto.PublicKey;

namespace Ledger.Core.Callers;

/// <summary>What a certificate that a key of the chain vouches for is good for.</summary>
public enum CertificatePurpose
{
    /// <summary>A member's client shows who it is.</summary>
    Client,

    /// <summary>A node shows that it is the validator or audit node that the chain lists.</summary>
    Node,
}

/// <summary>
/// A TLS certificate that a key of the chain vouches for: the certificate has a key of its own, on P-256 as every TLS
/// library has it, and an extension with the chain's key and that key's signature over the certificate's. Trust comes
/// from the chain; who issued the certificate does not matter. Immutable.
/// </summary>
/// <remarks>Possession of the certificate's own key is shown by TLS. docs/spec/callers.md, "Certificates".</remarks>
public sealed class KeyCertificate
{
    /// <summary>
    /// The extension's object identifier: one of the arc of UUIDs (X.667), which needs no registration.
    /// </summary>
    public const string ExtensionOid = "2.25.240898649980161361342841421015594315480";

    /// <summary>Largest certificate in bytes.</summary>
    public const int MaxBytes = 4096;

    private readonly byte[] _signature;
    private readonly byte[] _subjectKey;

    private KeyCertificate(PublicKey key, byte[] signature, byte[] subjectKey) =>
        (Key, _signature, _subjectKey) = (key, signature, subjectKey);

    /// <summary>The chain's key that vouches for the certificate, if <see cref="IsVouchedFor"/>.</summary>
    public PublicKey Key { get; }

    /// <summary>The extension for a certificate's key.</summary>
    /// <param name="signer">The chain's key.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="purpose">What the certificate is for.</param>
    /// <param name="subjectKey">The certificate's own key, as its SubjectPublicKeyInfo in DER.</param>
    public static X509Extension Extension(
        ISigner signer, ChannelId channel, CertificatePurpose purpose, ReadOnlySpan<byte> subjectKey)
    {
        ArgumentNullException.ThrowIfNull(signer);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(signer.PublicKey.Encoded);
            writer.WriteOctetString(signer.Sign(TagOf(purpose), Message(channel, subjectKey)));
        }

        // Not critical: tools that do not know it must be able to use the certificate.
        return new X509Extension(ExtensionOid, writer.Encode(), critical: false);
    }

    /// <summary>
    /// Reads the key that a certificate says vouches for it. False when it says so not exactly once, or its own key is
    /// not on P-256. Never throws for hostile input.
    /// </summary>
    public static bool TryRead(
        X509Certificate2 certificate, CryptoSuite suite, [NotNullWhen(true)] out KeyCertificate? read)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(suite);
        read = null;
        if (certificate.RawDataMemory.Length > MaxBytes) return false;
        try
        {
            var found = certificate.Extensions.Where(e => e.Oid?.Value == ExtensionOid).Take(2).ToList();
            using var own = certificate.GetECDsaPublicKey();
            if (found is not [var extension] || own is not { KeySize: 256 }) return false;
            if (!TryReadExtension(extension.RawData, suite, out var key, out var signature)) return false;
            read = new KeyCertificate(key, signature, certificate.PublicKey.ExportSubjectPublicKeyInfo());
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            // The framework reads parts of a certificate only when asked for them.
            return false;
        }
    }

    /// <summary>Whether the chain's key signed the certificate's, for this channel and purpose.</summary>
    public bool IsVouchedFor(CryptoSuite suite, ChannelId channel, CertificatePurpose purpose)
    {
        ArgumentNullException.ThrowIfNull(suite);
        return suite.Verify(Key, TagOf(purpose), Message(channel, _subjectKey), _signature);
    }

    /// <summary>Reads the extension's value: exactly one SEQUENCE of two OCTET STRINGs, in DER.</summary>
    internal static bool TryReadExtension(
        ReadOnlyMemory<byte> der, CryptoSuite suite, [NotNullWhen(true)] out PublicKey? key, out byte[] signature)
    {
        key = null;
        signature = [];
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var pair = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var encoded = pair.ReadOctetString();
            signature = pair.ReadOctetString();
            pair.ThrowIfNotEmpty();
            return signature.Length == CryptoSuite.SignatureSize && suite.TryParsePublicKey(encoded, out key);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static DomainTag TagOf(CertificatePurpose purpose) =>
        purpose == CertificatePurpose.Client ? DomainTag.ClientCertificate : DomainTag.NodeCertificate;

    private static byte[] Message(ChannelId channel, ReadOnlySpan<byte> subjectKey) =>
        [.. channel.Value.AsSpan(), .. subjectKey];
}
