using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Ledger.Cli.Doctor;

/// <summary>The TLS certificates that nodes show to clients.</summary>
internal static class CertificateChecks
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks every node that is reached by https for its certificate.</summary>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(
        IReadOnlyList<Uri> endpoints, DateTimeOffset now, CancellationToken cancellation)
    {
        var secured = endpoints.Where(e => e.Scheme == Uri.UriSchemeHttps).ToArray();
        if (secured.Length == 0) return [];
        return await Task.WhenAll(secured.Select(e => OneAsync(e, now, cancellation)));
    }

    /// <summary>What a certificate's end means.</summary>
    public static Finding Judge(string about, DateTimeOffset from, DateTimeOffset until, DateTimeOffset now)
    {
        const string Advice = "give the node a new certificate and start it again";
        var day = until.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (now < from)
            return Finding.Fail("certificate", $"{about}: its certificate is not valid yet", "compare the clocks");
        if (now >= until) return Finding.Fail("certificate", $"{about}: its certificate ended on {day}", Advice);
        return until - now < Soon
            ? Finding.Warn("certificate", $"{about}: its certificate ends on {day}", Advice)
            : Finding.Ok("certificate", $"{about}: its certificate is valid until {day}");
    }

    private static async Task<Finding> OneAsync(Uri endpoint, DateTimeOffset now, CancellationToken cancellation)
    {
        var about = endpoint.GetLeftPart(UriPartial.Authority);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, patience.Token);
            // Looked at, not trusted: nothing is sent over this connection.
#pragma warning disable CA5359
            await using var tls = new SslStream(socket.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = endpoint.Host }, patience.Token);
            using var certificate = new X509Certificate2(tls.RemoteCertificate!);
            return Judge(about, certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(), now);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested
            && e is SocketException or IOException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException)
        {
            return Finding.Fail(
                "certificate", $"{about} does not speak TLS: {e.Message}",
                "is the address right, and 'tls' on in its node.json?");
        }
    }
}
