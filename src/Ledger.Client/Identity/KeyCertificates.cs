using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ledger.Core.Blocks;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;

namespace Ledger.Client.Identity;

/// <summary>
/// Makes TLS certificates that a key of the chain vouches for (<see cref="KeyCertificate"/>). Each has a new key of its
/// own, on P-256.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class KeyCertificates
{
    // Dates say nothing about who vouches. Far ones keep a machine with a wrong clock, or one that runs for years, from
    // being refused for them (PITFALLS P16).
    private static readonly DateTimeOffset Always = new(1975, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Never = new(4096, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// A member's client certificate, for <see cref="Transport.GrpcChannelOptions.ClientCertificate"/>.
    /// </summary>
    /// <param name="identity">The member's key.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="until">When it ends; null for never: the key's place on the chain is what ends it.</param>
    public static X509Certificate2 CreateForClient(
        ISigner identity, ChannelId channel, DateTimeOffset? until = null) =>
        Create(identity, channel, CertificatePurpose.Client, [], until ?? Never);

    /// <summary>A node's certificate, which clients hold against the genesis document.</summary>
    /// <param name="node">The node's key.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="hosts">The names by which clients call it, for tools that look at them.</param>
    public static X509Certificate2 CreateForNode(ISigner node, ChannelId channel, IReadOnlyCollection<string> hosts) =>
        Create(node, channel, CertificatePurpose.Node, hosts, Never);

    private static X509Certificate2 Create(
        ISigner signer, ChannelId channel, CertificatePurpose purpose, IReadOnlyCollection<string> hosts,
        DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(signer);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName($"ledger {signer.PublicKey.Id.ToString()[..16]}");
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            KeyCertificate.Extension(signer, channel, purpose, key.ExportSubjectPublicKeyInfo()));
        if (hosts.Count > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var host in hosts.Distinct(StringComparer.Ordinal))
            {
                if (System.Net.IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
                else names.AddDnsName(host);
            }

            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.CreateSelfSigned(Always, until);
        // The round trip gives the certificate a key of its own, which every platform's TLS can use.
        return X509CertificateLoader.LoadPkcs12(
            certificate.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
    }
}
