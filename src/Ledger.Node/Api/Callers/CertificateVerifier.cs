using System.Security.Cryptography.X509Certificates;
using Ledger.Core.Blocks;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;
using Ledger.Node.Admission;
using PublicKey = Ledger.Core.Crypto.PublicKey;

namespace Ledger.Node.Api.Callers;

/// <summary>
/// Finds out whose client certificate it is. The signature in it is checked once for each certificate.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class CertificateVerifier(CryptoSuite suite, ChannelId channel)
{
    private const int Remembered = 4096;

    private readonly VerifiedCredentials<PublicKey> _verified = new(Remembered);

    public CallerFault Verify(
        X509Certificate2 certificate, MemberDirectory members, DateTimeOffset now, out Caller? caller)
    {
        caller = null;
        var digest = Sha256.Instance.Hash(certificate.RawDataMemory.Span);
        KeyCertificate? unverified = null;
        if (!_verified.TryGet(digest, out var key))
        {
            if (!KeyCertificate.TryRead(certificate, suite, out unverified)) return CallerFault.CertificateMalformed;
            key = unverified.Key;
        }

        // X509Certificate2 gives these in local time.
        if (now + CallerRules.ClockSkew < certificate.NotBefore.ToUniversalTime()
            || now - CallerRules.ClockSkew > certificate.NotAfter.ToUniversalTime())
        {
            return CallerFault.CertificateExpired;
        }

        if (members.Find(key.Id) is not { } owner) return CallerFault.CertificateUnknownKey;
        if (unverified is not null)
        {
            if (!unverified.IsVouchedFor(suite, channel, CertificatePurpose.Client))
                return CallerFault.CertificateSignatureInvalid;
            _verified.Add(digest, key);
        }

        caller = new Caller(owner.Member, key.Id);
        return CallerFault.None;
    }
}
