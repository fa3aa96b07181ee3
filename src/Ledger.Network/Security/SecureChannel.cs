using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Ledger.Network.Streams;

namespace Ledger.Network.Security;

/// <summary>An authenticated, encrypted connection on which yamux has been agreed.</summary>
internal sealed record SecuredConnection(SslStream Stream, PeerId Peer);

/// <summary>
/// Turns a raw byte stream into a secured one: multistream-select for TLS, mutual TLS 1.3 with the libp2p certificate,
/// then yamux, agreed inside the TLS handshake by ALPN or else by a second multistream-select.
/// </summary>
/// <remarks>Safe for every thread; one per host. libp2p specs: connections, tls, inlined-muxer-negotiation.</remarks>
internal sealed class SecureChannel(IPeerIdentity identity, Func<PeerId, bool> isAllowed, TimeProvider time)
{
    private const string TlsProtocol = "/tls/1.0.0";
    private const string YamuxProtocol = "/yamux/1.0.0";

    private static readonly SslApplicationProtocol YamuxAlpn = new(YamuxProtocol);
    private static readonly SslApplicationProtocol Libp2pAlpn = new("libp2p");

    private readonly Func<PeerId, bool> _isAllowed = isAllowed;
    private readonly TimeProvider _time = time;
    private readonly PeerId _self = PeerId.FromPublicKey(identity.PublicKey);
    private readonly SslStreamCertificateContext _certificate = PeerCertificate.Create(identity);

    /// <summary>False leaves the early agreement on yamux out, as older libp2p implementations do.</summary>
    public bool OffersEarlyMuxer { get; init; } = true;

    public PeerId Self => _self;

    /// <summary>Secures a connection that we dialled in order to reach <paramref name="expected"/>.</summary>
    public Task<SecuredConnection> DialAsync(Stream raw, PeerId expected, CancellationToken stop) =>
        UpgradeAsync(raw, expected, stop);

    /// <summary>Secures a connection that somebody made to us.</summary>
    public Task<SecuredConnection> AcceptAsync(Stream raw, CancellationToken stop) => UpgradeAsync(raw, null, stop);

    private async Task<SecuredConnection> UpgradeAsync(Stream raw, PeerId? expected, CancellationToken stop)
    {
        var check = new CertificateCheck(this, expected);
        var tls = new SslStream(raw, leaveInnerStreamOpen: false);
        try
        {
            await AgreeAsync(raw, dialer: expected is not null, TlsProtocol, stop).ConfigureAwait(false);
            if (expected is not null)
                await tls.AuthenticateAsClientAsync(ClientOptions(check), stop).ConfigureAwait(false);
            else
                await tls.AuthenticateAsServerAsync(ServerOptions(check), stop).ConfigureAwait(false);
            if (tls.NegotiatedApplicationProtocol != YamuxAlpn)
                await AgreeAsync(tls, dialer: expected is not null, YamuxProtocol, stop).ConfigureAwait(false);
            return new SecuredConnection(tls, check.Peer!);
        }
        catch (Exception e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw check.Refusal ?? Translate(e) ?? e;
        }
    }

    private static async Task AgreeAsync(Stream stream, bool dialer, string protocol, CancellationToken stop)
    {
        var agreed = dialer
            ? await Multistream.DialAsync(stream, protocol, stop).ConfigureAwait(false)
            : await Multistream.ListenAsync(stream, p => p == protocol, stop).ConfigureAwait(false) is not null;
        if (!agreed)
        {
            throw new HandshakeException(
                HandshakeRefusal.NoCommonProtocol, "the other side does not speak " + protocol);
        }
    }

    private static HandshakeException? Translate(Exception e) => e switch
    {
        HandshakeException refused => refused,
        WireException { Fault: WireFault.Truncated } => new HandshakeException(HandshakeRefusal.Closed, e.Message, e),
        WireException => new HandshakeException(HandshakeRefusal.Malformed, e.Message, e),
        AuthenticationException => new HandshakeException(HandshakeRefusal.Malformed, "TLS failed: " + e.Message, e),
        IOException => new HandshakeException(HandshakeRefusal.Closed, "the connection broke: " + e.Message, e),
        _ => null,
    };

    private SslClientAuthenticationOptions ClientOptions(CertificateCheck check) => new()
    {
        TargetHost = string.Empty,
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = Alpn(),
        ClientCertificateContext = _certificate,
        RemoteCertificateValidationCallback = check.Validate,
        CertificateChainPolicy = NoChain(),
        AllowTlsResume = false,
    };

    private SslServerAuthenticationOptions ServerOptions(CertificateCheck check) => new()
    {
        ServerCertificateContext = _certificate,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = Alpn(),
        RemoteCertificateValidationCallback = check.Validate,
        CertificateChainPolicy = NoChain(),
        // A resumed session would skip the certificate, and with it the identity.
        AllowTlsResume = false,
    };

    private List<SslApplicationProtocol> Alpn() => OffersEarlyMuxer ? [YamuxAlpn, Libp2pAlpn] : [Libp2pAlpn];

    // The certificate is its own root: no store, no revocation list and no download has anything to say about it.
    private static X509ChainPolicy NoChain() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.AllFlags,
        TrustMode = X509ChainTrustMode.CustomRootTrust,
    };

    /// <summary>One handshake's verdict on the other side's certificate.</summary>
    private sealed class CertificateCheck(SecureChannel channel, PeerId? expected)
    {
        public PeerId? Peer { get; private set; }

        public HandshakeException? Refusal { get; private set; }

        public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            try
            {
                Peer = Judge(certificate);
                return true;
            }
            catch (HandshakeException e)
            {
                Refusal = e;
                return false;
            }
        }

        private PeerId Judge(X509Certificate? certificate)
        {
            if (certificate is not X509Certificate2 shown)
                throw new HandshakeException(HandshakeRefusal.NoCertificate, "the peer showed no certificate");

            var peer = PeerCertificate.Verify(shown, channel._time.GetUtcNow());
            if (peer == channel._self)
                throw new HandshakeException(HandshakeRefusal.Ourselves, "the peer proved our own key");
            if (expected is not null && peer != expected)
                throw new HandshakeException(HandshakeRefusal.WrongPeer, $"dialled {expected} but met {peer}");
            if (!channel._isAllowed(peer))
                throw new HandshakeException(HandshakeRefusal.Stranger, $"{peer} is not a member");
            return peer;
        }
    }
}
