using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ledger.Client.Identity;
using Ledger.Core.Membership;
using Ledger.Node.Options;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Ledger.Node.Hosting;

/// <summary>
/// The certificate that a node shows its clients, and that it takes theirs: any, for the gate judges them and says what
/// is wrong, which a broken handshake cannot. TLS shows that a client has its certificate's key.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Files are looked at again at most once a minute, so that a renewed certificate needs no
/// restart (P16).
/// </remarks>
internal sealed partial class NodeTls
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly string? _certificate;
    private readonly string? _key;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private volatile SslStreamCertificateContext _shown;
    private DateTime _written;
    private long _looked;

    private NodeTls(SslStreamCertificateContext shown, TimeProvider time, string? certificate = null, string? key = null)
    {
        (_shown, _time, _certificate, _key) = (shown, time, certificate, key);
        _looked = time.GetTimestamp();
        if (certificate is not null) _written = File.GetLastWriteTimeUtc(certificate);
    }

    /// <summary>Where failures to read a renewed certificate are told.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>The certificate that clients see now.</summary>
    public X509Certificate2 Certificate => Current().TargetCertificate;

    /// <summary>What a node's configuration asks for; null without TLS.</summary>
    /// <exception cref="ConfigurationException">The files cannot be read.</exception>
    public static NodeTls? Open(NodeConfig config, Genesis genesis, TimeProvider time)
    {
        if (config.Tls is not { } tls) return null;
        if (tls.Certificate is { } certificate)
        {
            var (file, key) = (config.Resolve(certificate), config.Resolve(tls.Key!));
            return new NodeTls(Read(file, key), time, file, key);
        }

        var hosts = NodeOrigins.Of(config).Select(o => new Uri(o).IdnHost.Trim('[', ']')).ToList();
        var made = KeyCertificates.CreateForNode(NodeFiles.LoadKey(config), genesis.Channel, hosts);
        return new NodeTls(SslStreamCertificateContext.Create(made, additionalCertificates: null, offline: true), time);
    }

    /// <summary>What Kestrel asks for each connection.</summary>
    public TlsHandshakeCallbackOptions Options => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Current(),
            // Asked for and not demanded.
            ClientCertificateRequired = true,
#pragma warning disable CA5359 // It is a client's certificate, and CallerVerifier judges it before any endpoint.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        }),
    };

    private SslStreamCertificateContext Current()
    {
        if (_certificate is null || _time.GetElapsedTime(Volatile.Read(ref _looked)) < LookAgain) return _shown;
        lock (_lock)
        {
            Volatile.Write(ref _looked, _time.GetTimestamp());
            try
            {
                var written = File.GetLastWriteTimeUtc(_certificate);
                if (written == _written) return _shown;
                _shown = Read(_certificate, _key!);
                _written = written;
                if (Logger is not null) LogRenewed(Logger, _shown.TargetCertificate.NotAfter.ToUniversalTime());
            }
            catch (ConfigurationException e)
            {
                // The one in use goes on being shown: perhaps the files are being written.
                if (Logger is not null) LogNotRenewed(Logger, e.Message);
            }

            return _shown;
        }
    }

    private static SslStreamCertificateContext Read(string certificate, string key)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(certificate, key);
            var issuers = new X509Certificate2Collection();
            issuers.ImportFromPemFile(certificate);
            // The round trip gives the certificate a key that every platform's TLS can use.
            var shown = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
            return SslStreamCertificateContext.Create(shown, issuers, offline: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException(
                $"tls: {certificate} and {key} are not a certificate and its key in PEM: {e.Message}", e);
        }
    }

    [LoggerMessage(4120, LogLevel.Information, "The certificate for clients was renewed; it is good until {NotAfter:u}.")]
    private static partial void LogRenewed(ILogger logger, DateTime notAfter);

    [LoggerMessage(4121, LogLevel.Warning,
        "The certificate for clients has changed on disk and cannot be read; the old one goes on being shown: {Problem}")]
    private static partial void LogNotRenewed(ILogger logger, string problem);
}
