using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Membership;

/// <summary>
/// A change of validators with its approvals, and a newcomer's claim, as the files that members hand to each other.
/// They hold exact bytes in hexadecimal; what they say is for programs to show.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/governance.md.</remarks>
public static class ValidatorChangeJson
{
    /// <summary>The value of the property <c>format</c> of a change.</summary>
    public const string ChangeFormat = "ledger-validator-change/1";

    /// <summary>The value of the property <c>format</c> of a claim.</summary>
    public const string ClaimFormat = "ledger-validator-claim/1";

    /// <summary>Largest document in bytes.</summary>
    public const int MaxBytes = 4 << 20;

    private const int MaxDepth = 8;

    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>Writes a change and the approvals that it has so far.</summary>
    public static byte[] Write(ValidatorChangeBody body) => ToJson(json =>
    {
        json.WriteString("format", ChangeFormat);
        json.WriteString("change", Convert.ToHexStringLower(body.Change.Encoded.Span));
        json.WriteStartArray("approvals");
        foreach (var approval in body.Approvals)
        {
            json.WriteStartObject();
            json.WriteString("key", approval.Key.ToString());
            json.WriteString("signature", Convert.ToHexStringLower(approval.Signature.Span));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>Parses a change. The error is a sentence that begins with the path of the value at fault.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        CryptoSuite suite,
        [NotNullWhen(true)] out ValidatorChangeBody? body,
        [NotNullWhen(false)] out string? error)
    {
        body = null;
        var errors = new StrictJsonErrors();
        using var document = StrictJsonObject.Parse(utf8, MaxBytes, MaxDepth, errors);
        if (document is not null)
        {
            var root = new StrictJsonObject(document.RootElement, "$", errors);
            CheckFormat(root, ChangeFormat);
            var bytes = root.RequiredHex("change", ValidatorChange.MaxBytes);
            var approvals = root.Objects("approvals", ValidatorChangeBody.MaxApprovals).Select(ReadApproval).ToList();
            root.End();
            if (errors.First is null)
            {
                if (ValidatorChange.TryDecode(bytes, suite, out var change, out var fault))
                    body = new ValidatorChangeBody(change, approvals);
                else
                    root.Fail("change", $"is not canonical: {fault}");
            }
        }

        error = errors.First;
        return error is null;
    }

    /// <summary>Writes a newcomer's claim.</summary>
    public static byte[] Write(ChannelId channel, Validator validator, ReadOnlySpan<byte> claim)
    {
        var signature = Convert.ToHexStringLower(claim);
        return ToJson(json =>
        {
            json.WriteString("format", ClaimFormat);
            json.WriteString("channel", channel.ToString());
            json.WriteString("member", validator.Member);
            json.WriteString("key", Convert.ToHexStringLower(validator.Key.Encoded));
            json.WriteString("address", validator.Address);
            json.WriteString("claim", signature);
        });
    }

    /// <summary>Parses a claim. Whether it is signed is for <see cref="ValidatorClaim.IsSigned"/> to say.</summary>
    public static bool TryParseClaim(
        ReadOnlySpan<byte> utf8,
        CryptoSuite suite,
        out ChannelId channel,
        [NotNullWhen(true)] out Validator? validator,
        out byte[] claim,
        [NotNullWhen(false)] out string? error)
    {
        (channel, validator, claim) = (default, null, []);
        var errors = new StrictJsonErrors();
        using var document = StrictJsonObject.Parse(utf8, MaxBytes, MaxDepth, errors);
        if (document is not null)
        {
            var root = new StrictJsonObject(document.RootElement, "$", errors);
            CheckFormat(root, ClaimFormat);
            channel = HashOf(root.FixedHex("channel", Hash256.Size)) is { } id ? new ChannelId(id) : default;
            var member = root.Text("member", EvidenceLimits.IdentifierBytes);
            var keyBytes = root.FixedHex("key", CryptoSuite.PublicKeySize);
            var address = root.Text("address", EvidenceLimits.IdentifierBytes);
            claim = root.FixedHex("claim", CryptoSuite.SignatureSize);
            root.End();
            if (errors.First is null)
            {
                if (suite.TryParsePublicKey(keyBytes, out var key)) validator = new Validator(member, key, address);
                else root.Fail("key", $"is not a public key of {suite.Name}");
            }
        }

        error = errors.First;
        return error is null;
    }

    private static ChangeApproval ReadApproval(StrictJsonObject json)
    {
        var key = HashOf(json.FixedHex("key", Hash256.Size)) is { } id ? new KeyId(id) : default;
        var signature = json.FixedHex("signature", CryptoSuite.SignatureSize);
        json.End();
        return new ChangeApproval(key, signature);
    }

    private static void CheckFormat(StrictJsonObject root, string expected)
    {
        if (root.Text("format", 64) != expected) root.Fail("format", $"must be \"{expected}\"");
    }

    // What is malformed is noted where it is read.
    private static Hash256? HashOf(byte[] bytes) => bytes.Length == Hash256.Size ? new Hash256(bytes) : null;

    private static byte[] ToJson(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Layout))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
