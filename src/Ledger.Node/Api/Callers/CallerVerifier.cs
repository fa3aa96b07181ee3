using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Admission;
using Microsoft.Extensions.Primitives;

namespace Ledger.Node.Api.Callers;

/// <summary>
/// Finds out who makes a request. Cheap checks come first and the signature last, once for each token; what a stranger
/// can make this node do is parse 4 KiB and check one signature.
/// </summary>
/// <remarks>
/// Safe for concurrent use. The chain is asked anew at each call whose a key is: a key that a member no longer has
/// counts for nothing at once, whatever was found before.
/// </remarks>
internal sealed class CallerVerifier
{
    /// <summary>Most tokens that are remembered: 4,096 callers at a time, in about 3 MB.</summary>
    public const int RememberedTokens = 4096;

    private const string Scheme = "Bearer ";

    private readonly CallerRules _rules;
    private readonly CallerSentences _sentences;
    private readonly Func<MemberDirectory> _members;
    private readonly TimeProvider _time;
    private readonly CallerMetrics _metrics;
    private readonly CertificateVerifier _certificates;
    private readonly VerifiedCredentials<CallerToken> _verified = new(RememberedTokens);

    public CallerVerifier(
        Genesis genesis, IReadOnlyList<string> audiences, Func<MemberDirectory> members, TimeProvider time,
        CallerMetrics metrics)
    {
        _rules = new CallerRules(genesis.Channel, audiences);
        _sentences = new CallerSentences(genesis.Channel.ToString(), audiences);
        _certificates = new CertificateVerifier(genesis.Suite, genesis.Channel);
        (_members, _time, _metrics) = (members, time, metrics);
    }

    /// <summary>How many tokens are remembered.</summary>
    public int Remembered => _verified.Count;

    public CallerVerdict Verify(HttpContext http)
    {
        var verdict = Find(http);
        if (verdict.Caller is null) _metrics.Refused(verdict.Fault);
        return verdict;
    }

    private CallerVerdict Find(HttpContext http)
    {
        var headers = http.Request.Headers.Authorization;
        if (headers.Count == 0)
        {
            return http.Connection.ClientCertificate is { } certificate
                ? FindByCertificate(certificate)
                : Refuse(CallerFault.CredentialMissing);
        }

        return TokenOf(headers) is { } token ? FindByToken(token) : Refuse(CallerFault.CredentialMalformed);
    }

    // RFC 6750 section 2.1, RFC 9110 section 11.4: the scheme in any case, one space, the token. Tokens in the
    // request's address or body, which logs and histories keep, are not looked for.
    private static string? TokenOf(StringValues headers) =>
        headers.Count == 1 && headers[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..]
            : null;

    private CallerVerdict FindByCertificate(X509Certificate2 certificate)
    {
        var fault = _certificates.Verify(certificate, _members(), _time.GetUtcNow(), out var caller);
        return fault == CallerFault.None ? CallerVerdict.Known(caller!) : Refuse(fault);
    }

    private CallerVerdict FindByToken(string text)
    {
        if (text.Length > CallerToken.MaxLength) return Refuse(CallerFault.TokenMalformed);
        Span<byte> buffer = stackalloc byte[CallerToken.MaxLength];
        // What is not ASCII becomes a question mark, which no token has.
        var encoded = buffer[..Encoding.ASCII.GetBytes(text, buffer)];
        var digest = Sha256.Instance.Hash(encoded);
        SignedCallerToken? unverified = null;
        if (!_verified.TryGet(digest, out var token))
        {
            if (!SignedCallerToken.TryParse(encoded, out unverified, out var malformed)) return Refuse(malformed);
            token = unverified.Token;
        }

        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var fault = _rules.Check(token, now);
        if (fault != CallerFault.None) return Refuse(fault, token, now);
        var owner = _members().Find(token.Key);
        fault = CallerRules.CheckKey(token, owner);
        if (fault != CallerFault.None) return Refuse(fault, token, now);
        if (unverified is not null)
        {
            _metrics.TokenChecked();
            if (!unverified.IsSignedBy(owner!.Value.Key)) return Refuse(CallerFault.TokenSignatureInvalid, token, now);
            _verified.Add(digest, token);
        }

        return CallerVerdict.Known(new Caller(owner!.Value.Member, token.Key));
    }

    private CallerVerdict Refuse(CallerFault fault, CallerToken? token = null, long now = 0) =>
        CallerVerdict.Refused(fault, _sentences.Of(fault, token, now));
}
