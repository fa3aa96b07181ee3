using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;
using Ledger.Core.Crypto.Secp256k1;
using Ledger.Core.Membership;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Callers;

/// <summary>
/// Tokens, good ones and one for each way of being none. The names of the cases are those of
/// docs/spec/vectors/callers.json.
/// </summary>
internal static class TokenForge
{
    public const string Audience = "https://node-a.example:7500";

    /// <summary>The node's time: 2026-01-01T00:00:00Z.</summary>
    public const long Now = 1_767_225_600;

    private static readonly JsonSerializerOptions Spaced = new() { WriteIndented = true, NewLine = "\n" };

    public static Genesis Genesis { get; } = A.Genesis();

    public static ISigner Signer { get; } = A.ClientSigner("org-a");

    public static IReadOnlyList<string> Audiences { get; } = [Audience, "http://127.0.0.1:7500"];

    public static CallerRules Rules { get; } = new(Genesis.Channel, Audiences);

    public static CallerToken Good { get; } = new()
    {
        Key = Signer.PublicKey.Id,
        Member = "org-a",
        Audience = Audience,
        Channel = Genesis.Channel,
        IssuedAt = Now - 10,
        ExpiresAt = Now + 290,
        Id = "0123456789abcdef",
    };

    public sealed record Case(string Name, string Token, CallerFault Fault);

    public static IReadOnlyList<Case> Valid { get; } =
    [
        new("as made here", Good.Sign(Signer), CallerFault.None),
        new("for another origin of the node", Sign(Good with { Audience = Audiences[1] }), CallerFault.None),
        new("members in another order, with spaces", Raw(
            Reversed(Header()), JsonSerializer.SerializeToUtf8Bytes(Reordered(Claims()), Spaced)), CallerFault.None),
        new("s in the upper half", High(Good.Sign(Signer)), CallerFault.None),
        new("an hour long", Sign(Good with { IssuedAt = Now, ExpiresAt = Now + 3600 }), CallerFault.None),
        new("made by a clock 30 s ahead", Sign(Good with { IssuedAt = Now + 30 }), CallerFault.None),
        new("over for less than 30 s", Sign(Good with { ExpiresAt = Now - 9 }), CallerFault.None),
        new("of another member", Sign(OfOther(Good), A.ClientSigner("org-b")), CallerFault.None),
    ];

    public static IReadOnlyList<Case> Broken { get; } = [.. BrokenForms(), .. BrokenMembers(), .. BrokenClaims()];

    /// <summary>What a node says of a token: every check of docs/spec/callers.md, in its order.</summary>
    public static CallerFault Verify(string text)
    {
        var encoded = System.Text.Encoding.UTF8.GetBytes(text);
        if (!SignedCallerToken.TryParse(encoded, out var signed, out var fault)) return fault;
        fault = Rules.Check(signed.Token, Now);
        if (fault != CallerFault.None) return fault;
        var owner = Genesis.FindKey(signed.Token.Key);
        fault = CallerRules.CheckKey(signed.Token, owner);
        if (fault != CallerFault.None) return fault;
        return signed.IsSignedBy(owner!.Value.Key) ? CallerFault.None : CallerFault.TokenSignatureInvalid;
    }

    public static string Sign(CallerToken token, ISigner? signer = null) => token.Sign(signer ?? Signer);

    private static IEnumerable<Case> BrokenForms()
    {
        var good = Good.Sign(Signer);
        var parts = good.Split('.');
        var last = parts[2][..^1] + (char)(parts[2][^1] + 1);
        foreach (var (name, token) in new[]
        {
            ("empty", ""),
            ("one part", parts[0]),
            ("two parts", $"{parts[0]}.{parts[1]}"),
            ("four parts", good + "."),
            ("no signature", $"{parts[0]}.{parts[1]}."),
            ("no header", $".{parts[1]}.{parts[2]}"),
            ("padded", $"{parts[0]}.{parts[1]}.{parts[2]}=="),
            ("base64 instead of base64url", $"{parts[0]}.{parts[1]}.{parts[2][..^1]}+"),
            ("white space", $"{parts[0]}. {parts[1]}.{parts[2]}"),
            ("bits behind the last byte", $"{parts[0]}.{parts[1]}.{last}"),
            ("signature of 63 bytes", $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(new byte[63])}"),
            ("signature in DER", $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(new byte[70])}"),
            ("longer than 4096 characters", Sign(Good with { Id = new string('i', 64) }) + new string('A', 4096)),
            ("claims are no JSON", Raw(Bytes(Header()), "{"u8.ToArray())),
            ("claims are an array", Raw(Bytes(Header()), "[]"u8.ToArray())),
            ("claims are not UTF-8", Raw(Bytes(Header()), [0x7b, 0xff, 0x7d])),
        })
        {
            yield return new Case(name, token, CallerFault.TokenMalformed);
        }
    }

    private static IEnumerable<Case> BrokenMembers()
    {
        const CallerFault Malformed = CallerFault.TokenMalformed;
        foreach (var algorithm in new[] { "none", "HS256", "ES256", "es256k", "EdDSA" })
        {
            yield return new Case(
                $"algorithm {algorithm}", With(header: h => h["alg"] = algorithm), CallerFault.TokenAlgorithm);
        }

        yield return new Case(
            "algorithm none without a signature",
            $"{Text(Bytes(With(Header(), h => h["alg"] = "none")))}.{Text(Bytes(Claims()))}.", Malformed);
        yield return new Case("another type", With(header: h => h["typ"] = "JWT"), Malformed);
        yield return new Case("no type", With(header: h => h.Remove("typ")), Malformed);
        yield return new Case("crit", With(header: h => h["crit"] = new JsonArray("exp")), Malformed);
        yield return new Case("a key in the header", With(header: h => h["jwk"] = new JsonObject()), Malformed);
        yield return new Case("a key's address in the header", With(header: h => h["jku"] = "https://x.example"), Malformed);
        var upper = Good.Key.ToString().ToUpperInvariant();
        yield return new Case("kid in upper case", With(header: h => h["kid"] = upper), Malformed);
        var other = OfOther(Good).Key.ToString();
        yield return new Case("kid of another key than sub", With(header: h => h["kid"] = other), Malformed);
        yield return new Case("algorithm twice", Raw(Twice(Bytes(Header()), "\"alg\":\"none\""), Bytes(Claims())), Malformed);
        yield return new Case("audience twice", Raw(
            Bytes(Header()), Twice(Bytes(Claims()), "\"aud\":\"https://node-b.example:7500\"")), Malformed);
        yield return new Case("an unknown claim", With(claims: c => c["nbf"] = Now), Malformed);
        yield return new Case("a list of audiences", With(claims: c => c["aud"] = new JsonArray(Audience)), Malformed);
        yield return new Case("a time with a fraction", With(claims: c => c["exp"] = 1767225890.5), Malformed);
        yield return new Case("a time as text", With(claims: c => c["exp"] = "1767225890"), Malformed);
        yield return new Case("a negative time", With(claims: c => c["iat"] = -1), Malformed);
        foreach (var claim in new[] { "iss", "sub", "aud", "iat", "exp", "jti", "channel" })
            yield return new Case($"no {claim}", With(claims: c => c.Remove(claim)), Malformed);
        yield return new Case("an id of 65 bytes", With(claims: c => c["jti"] = new string('i', 65)), Malformed);
        yield return new Case("it ends as it begins", Sign(Good with { ExpiresAt = Good.IssuedAt }), Malformed);
    }

    private static IEnumerable<Case> BrokenClaims()
    {
        var other = A.Genesis(channel: "other").Channel;
        yield return new Case("another channel", Sign(Good with { Channel = other }), CallerFault.TokenWrongChannel);
        foreach (var (name, audience) in new[]
        {
            ("another node", "https://node-b.example:7500"),
            ("another port", "https://node-a.example:7501"),
            ("another scheme", "http://node-a.example:7500"),
            ("the origin without its port", "https://node-a.example"),
            ("the origin in another case", "https://Node-A.example:7500"),
            ("the origin with a path", Audience + "/"),
        })
        {
            yield return new Case(name, Sign(Good with { Audience = audience }), CallerFault.TokenWrongAudience);
        }

        yield return new Case(
            "longer than an hour", Sign(Good with { IssuedAt = Now, ExpiresAt = Now + 3601 }),
            CallerFault.TokenLifetimeTooLong);
        yield return new Case(
            "made by a clock 31 s ahead", Sign(Good with { IssuedAt = Now + 31 }), CallerFault.TokenNotYetValid);
        yield return new Case(
            "over for 30 s", Sign(Good with { IssuedAt = Now - 300, ExpiresAt = Now - 30 }), CallerFault.TokenExpired);
        var stranger = A.ClientSigner("stranger");
        yield return new Case(
            "a stranger's key", Sign(Good with { Key = stranger.PublicKey.Id }, stranger), CallerFault.TokenUnknownKey);
        var validator = A.ValidatorSigner("org-a");
        yield return new Case(
            "a validator's key", Sign(Good with { Key = validator.PublicKey.Id }, validator), CallerFault.TokenUnknownKey);
        yield return new Case(
            "another member's name", Sign(Good with { Member = "org-b" }), CallerFault.TokenWrongMember);
        yield return new Case(
            "signed by another member",
            Raw(Bytes(Header()), Bytes(Claims()), A.ClientSigner("org-b")), CallerFault.TokenSignatureInvalid);
        var good = Good.Sign(Signer).Split('.');
        var longer = Sign(Good with { ExpiresAt = Now + 3000 }).Split('.');
        yield return new Case(
            "another token's signature", $"{longer[0]}.{longer[1]}.{good[2]}", CallerFault.TokenSignatureInvalid);
        yield return new Case(
            "a signature of zeros",
            $"{good[0]}.{good[1]}.{Text(new byte[64])}", CallerFault.TokenSignatureInvalid);
        yield return new Case(
            "signed as the chain signs", Raw(Bytes(Header()), Bytes(Claims()), tagged: true),
            CallerFault.TokenSignatureInvalid);
    }

    private static CallerToken OfOther(CallerToken token) =>
        token with { Member = "org-b", Key = A.ClientSigner("org-b").PublicKey.Id };

    private static JsonObject Header() => new()
    {
        ["alg"] = "ES256K",
        ["typ"] = "ledger+jwt",
        ["kid"] = Good.Key.ToString(),
    };

    private static JsonObject Claims() => new()
    {
        ["iss"] = Good.Member,
        ["sub"] = Good.Key.ToString(),
        ["aud"] = Good.Audience,
        ["iat"] = Good.IssuedAt,
        ["exp"] = Good.ExpiresAt,
        ["jti"] = Good.Id,
        ["channel"] = Good.Channel.ToString(),
    };

    private static JsonObject Reordered(JsonObject json)
    {
        var properties = json.ToList();
        properties.Reverse();
        return new JsonObject(properties.Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
    }

    private static byte[] Reversed(JsonObject json) => Bytes(Reordered(json));

    private static JsonObject With(JsonObject json, Action<JsonObject> change)
    {
        change(json);
        return json;
    }

    private static string With(Action<JsonObject>? header = null, Action<JsonObject>? claims = null) => Raw(
        Bytes(With(Header(), header ?? (_ => { }))), Bytes(With(Claims(), claims ?? (_ => { }))));

    private static byte[] Twice(byte[] json, string member) =>
        System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(json)[..^1] + "," + member + "}");

    private static string Raw(byte[] header, byte[] claims, ISigner? signer = null, bool tagged = false)
    {
        var text = System.Text.Encoding.ASCII.GetBytes($"{Text(header)}.{Text(claims)}");
        var signature = tagged
            ? Signer.Sign(DomainTag.Transaction, text)
            : ((IDigestSigner)(signer ?? Signer)).SignDigest(Sha256.Instance.Hash(text).AsSpan());
        return $"{System.Text.Encoding.ASCII.GetString(text)}.{Text(signature)}";
    }

    private static string High(string token)
    {
        var parts = token.Split('.');
        var signature = Base64Url.DecodeFromChars(parts[2]);
        Secp256k1Scalar.Negate(signature.AsSpan(32));
        return $"{parts[0]}.{parts[1]}.{Text(signature)}";
    }

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json);

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
