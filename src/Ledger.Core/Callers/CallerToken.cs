using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Core.Callers;

/// <summary>
/// What a token says: a member's key asks one node, for a short while, to take its bearer for that member. It
/// authorises no transaction: those carry signatures of their own. Immutable.
/// </summary>
/// <remarks>
/// A compact JWS (RFC 7515) with the claims of a JWT (RFC 7519), signed with ES256K (RFC 8812). docs/spec/callers.md
/// has the members, the order of the checks and the vectors.
/// </remarks>
public sealed record CallerToken
{
    /// <summary>Longest token in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>Longest <see cref="Id"/> in bytes.</summary>
    public const int MaxIdBytes = 64;

    /// <summary>The header's <c>alg</c>.</summary>
    public const string Algorithm = "ES256K";

    /// <summary>The header's <c>typ</c>.</summary>
    public const string Type = "ledger+jwt";

    // The "+" of the type as it is: what a token says can be read in its base64. It is never part of a page.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The key that signs; the header's <c>kid</c> and the claim <c>sub</c>.
    /// </summary>
    public required KeyId Key { get; init; }

    /// <summary>The member that the key belongs to; the claim <c>iss</c>.</summary>
    public required string Member { get; init; }

    /// <summary>The origin of the node that it is for (<see cref="CallerAudience"/>); the claim <c>aud</c>.</summary>
    public required string Audience { get; init; }

    /// <summary>The channel; the claim <c>channel</c>.</summary>
    public required ChannelId Channel { get; init; }

    /// <summary>When it was made, in seconds since 1970; the claim <c>iat</c>.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>When it ends, in seconds since 1970; the claim <c>exp</c>.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>Tells two tokens of one second apart; the claim <c>jti</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The token, signed. The signer's key must be <see cref="Key"/>.</summary>
    /// <exception cref="ArgumentException">
    /// The signer has another key or cannot sign for ES256K, or a claim is too long.
    /// </exception>
    public string Sign(ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (signer.PublicKey.Id != Key) throw new ArgumentException("the signer has another key", nameof(signer));
        var digests = signer as IDigestSigner
            ?? throw new ArgumentException("ES256K needs a secp256k1 key", nameof(signer));
        var signed = $"{Base64Url.EncodeToString(Header())}.{Base64Url.EncodeToString(Claims())}";
        var digest = Sha256.Instance.Hash(System.Text.Encoding.ASCII.GetBytes(signed));
        var token = $"{signed}.{Base64Url.EncodeToString(digests.SignDigest(digest.AsSpan()))}";
        return token.Length <= MaxLength
            ? token
            : throw new ArgumentException($"the token has {token.Length} characters and may have {MaxLength}");
    }

    private byte[] Header() => Json(writer =>
    {
        writer.WriteString("alg", Algorithm);
        writer.WriteString("typ", Type);
        writer.WriteString("kid", Key.ToString());
    });

    private byte[] Claims() => Json(writer =>
    {
        writer.WriteString("iss", Member);
        writer.WriteString("sub", Key.ToString());
        writer.WriteString("aud", Audience);
        writer.WriteNumber("iat", IssuedAt);
        writer.WriteNumber("exp", ExpiresAt);
        writer.WriteString("jti", Id);
        writer.WriteString("channel", Channel.ToString());
    });

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
