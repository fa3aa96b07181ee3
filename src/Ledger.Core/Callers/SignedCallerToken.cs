using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Callers;

/// <summary>
/// A token as received: well formed, and nothing more. <see cref="CallerRules"/> says whether it is to be believed.
/// Immutable.
/// </summary>
public sealed class SignedCallerToken
{
    // 9999-12-31, as everywhere.
    private const ulong MaxSeconds = Timestamp.MaxUnixMilliseconds / 1000;

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private readonly Hash256 _digest;
    private readonly byte[] _signature;

    private SignedCallerToken(CallerToken token, in Hash256 digest, byte[] signature) =>
        (Token, _digest, _signature) = (token, digest, signature);

    /// <summary>What it says.</summary>
    public CallerToken Token { get; }

    /// <summary>
    /// Reads a token strictly: one spelling of its base64url, exactly the members that it must have, each once. The
    /// fault is <see cref="CallerFault.TokenMalformed"/> or <see cref="CallerFault.TokenAlgorithm"/>. Never throws for
    /// hostile input.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out SignedCallerToken? token, out CallerFault fault)
    {
        token = null;
        fault = CallerFault.TokenMalformed;
        if (encoded.Length > CallerToken.MaxLength) return false;
        var first = encoded.IndexOf((byte)'.');
        var last = encoded.LastIndexOf((byte)'.');
        if (first < 0 || first == last) return false;
        if (!TryDecode(encoded[..first], out var header)
            || !TryDecode(encoded[(first + 1)..last], out var claims)
            || !TryDecode(encoded[(last + 1)..], out var signature))
        {
            return false;
        }

        if (!TryReadHeader(header, out var kid, out fault) || !TryReadClaims(claims, out var read)) return false;
        fault = CallerFault.TokenMalformed;
        if (signature.Length != CryptoSuite.SignatureSize || read.Key != kid) return false;
        fault = CallerFault.None;
        token = new SignedCallerToken(read, Sha256.Instance.Hash(encoded[..last]), signature);
        return true;
    }

    /// <summary>
    /// Whether the key signed it. As RFC 7518 has it, both values of s that ECDSA accepts are accepted.
    /// </summary>
    public bool IsSignedBy(PublicKey key)
    {
        if (Secp256k1Suite.Default.VerifyDigest(key, _digest.AsSpan(), _signature)) return true;
        // Libraries for JWT do not bring s into the lower half, which the chain's own signatures must.
        return Secp256k1Suite.TryLower(_signature, out var low)
            && Secp256k1Suite.Default.VerifyDigest(key, _digest.AsSpan(), low);
    }

    // One spelling: no padding, no white space, and no bits behind the last byte.
    private static bool TryDecode(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = [];
        if (text.IsEmpty || text.Length % 4 == 1 || text.ContainsAnyExcept(Alphabet)) return false;
        var decoded = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromUtf8(text, decoded, out _, out var written) != OperationStatus.Done) return false;
        bytes = decoded[..written];
        return Base64Url.EncodeToUtf8(bytes).AsSpan().SequenceEqual(text);
    }

    private static bool TryReadHeader(byte[] json, out KeyId kid, out CallerFault fault)
    {
        var algorithm = "";
        KeyId read = default;
        var whole = TryRead(json, header =>
        {
            algorithm = header.Text("alg", 64);
            if (header.Text("typ", 64) != CallerToken.Type) header.Fail("typ", "is another");
            read = new KeyId(new Hash256(header.FixedHex("kid", Hash256.Size)));
        });
        kid = read;
        // Said also of a token that is wrong in other ways: one of another issuer's is taken for what it is.
        fault = algorithm is not ("" or CallerToken.Algorithm) ? CallerFault.TokenAlgorithm : CallerFault.TokenMalformed;
        return whole && algorithm == CallerToken.Algorithm;
    }

    private static bool TryReadClaims(byte[] json, [NotNullWhen(true)] out CallerToken? token)
    {
        CallerToken? read = null;
        var whole = TryRead(json, claims => read = new CallerToken
        {
            Member = claims.Text("iss", EvidenceLimits.IdentifierBytes),
            Key = new KeyId(new Hash256(claims.FixedHex("sub", Hash256.Size))),
            Audience = claims.Text("aud", CallerAudience.MaxLength),
            IssuedAt = (long)claims.Number("iat", MaxSeconds),
            ExpiresAt = (long)claims.Number("exp", MaxSeconds),
            Id = claims.Text("jti", CallerToken.MaxIdBytes),
            Channel = new ChannelId(new Hash256(claims.FixedHex("channel", Hash256.Size))),
        });
        token = whole ? read : null;
        return token is not null;
    }

    private static bool TryRead(byte[] json, Action<StrictJsonObject> read)
    {
        var errors = new StrictJsonErrors();
        using var document = StrictJsonObject.Parse(json, CallerToken.MaxLength, maxDepth: 2, errors);
        if (document is null) return false;
        var root = new StrictJsonObject(document.RootElement, "$", errors);
        read(root);
        root.End();
        return errors.First is null && document.RootElement.ValueKind == JsonValueKind.Object;
    }
}
