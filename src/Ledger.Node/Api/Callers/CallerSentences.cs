using System.Globalization;
using Ledger.Core.Callers;

namespace Ledger.Node.Api.Callers;

/// <summary>What a caller that is not known reads: what is wrong, and what to do. Immutable.</summary>
internal sealed class CallerSentences(string channel, IReadOnlyList<string> audiences)
{
    private const string MakeOne =
        "send 'Authorization: Bearer TOKEN' with a token of a member's key ('ledger token' makes one)";

    public string Of(CallerFault fault, CallerToken? token, long now) => fault switch
    {
        CallerFault.CredentialMissing => $"this node answers members only: {MakeOne}, or a client certificate",
        CallerFault.CredentialMalformed =>
            "there is more than one Authorization header, or it is not 'Bearer', one space and a token: " + MakeOne,
        CallerFault.TokenMalformed =>
            "the token is not a compact JWS with exactly the members of docs/spec/callers.md: " + MakeOne,
        CallerFault.TokenAlgorithm => $"the token must be signed with {CallerToken.Algorithm}, and with nothing else",
        CallerFault.TokenWrongChannel =>
            $"the token is for channel {token!.Channel}, and this node serves {channel}: use that channel's genesis.json",
        CallerFault.TokenWrongAudience =>
            $"the token is for {token!.Audience}, and this node answers to {string.Join(", ", audiences)}: make it for "
            + "the address that you dial; if that is another, the node's operator adds it to 'audiences' of node.json",
        CallerFault.TokenLifetimeTooLong =>
            $"a token may live {CallerRules.MaxLifetime.TotalMinutes:0} minutes, and this one lives longer",
        CallerFault.TokenNotYetValid =>
            $"the token was made at {Time(token!.IssuedAt)}, and here it is {Time(now)}: set the clocks",
        CallerFault.TokenExpired =>
            $"the token ended at {Time(token!.ExpiresAt)}, and here it is {Time(now)}: make a new one; if it is new, set "
            + "the clocks",
        CallerFault.TokenUnknownKey =>
            $"the key {token!.Key} belongs to no member of this channel: use a registered key",
        CallerFault.TokenWrongMember => $"the key {token!.Key} does not belong to the member that the token names",
        CallerFault.TokenSignatureInvalid => "the signature is not the key's over this token",
        CallerFault.CertificateMalformed =>
            "the client certificate carries no member's key: 'ledger identity certificate' makes one that does",
        CallerFault.CertificateExpired =>
            "the client certificate is outside its period: make a new one ('ledger identity certificate'), or set the "
            + "clocks",
        CallerFault.CertificateUnknownKey => "the client certificate's member key belongs to no member of this channel",
        CallerFault.CertificateSignatureInvalid =>
            "the client certificate's member key did not sign the certificate's own key",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "not a fault"),
    };

    private static string Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
