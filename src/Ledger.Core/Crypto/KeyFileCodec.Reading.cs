using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Ledger.Core.Crypto;

/// <content>Reading.</content>
public static partial class KeyFileCodec
{
    // format, suite, public_key, key_id and one of secret, protection.
    private const int FieldCount = 5;

    // kdf, iterations, salt, check, cipher, nonce, sealed.
    private const int ProtectionFieldCount = 7;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    private static KeyFileError Parse(ReadOnlyMemory<byte> file, out JsonDocument? document)
    {
        document = null;
        if (file.Length > MaxSize) return KeyFileError.TooLarge;
        // No value of the format needs an escape; without them a string is its bytes.
        if (file.Span.Contains((byte)'\\')) return KeyFileError.Malformed;
        try
        {
            document = JsonDocument.Parse(file, Strict);
        }
        catch (JsonException)
        {
            return KeyFileError.Malformed;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object) return KeyFileError.None;
        document.Dispose();
        document = null;
        return KeyFileError.Malformed;
    }

    private static KeyFileError Read(
        JsonElement root, ReadOnlySpan<char> passphrase, Span<byte> secret, out ISigner? signer)
    {
        signer = null;
        if (!IsText(root, "format", Format)) return KeyFileError.UnknownFormat;
        if (!TryGetText(root, "suite", out var name)) return KeyFileError.BadField;
        if (!CryptoSuites.TryGet(System.Text.Encoding.UTF8.GetString(name), out var suite))
        {
            return KeyFileError.UnknownSuite;
        }

        Span<byte> publicKey = stackalloc byte[CryptoSuite.PublicKeySize];
        Span<byte> keyId = stackalloc byte[Hash256.Size];
        if (root.GetPropertyCount() != FieldCount
            || !TryGetHex(root, "public_key", publicKey)
            || !TryGetHex(root, "key_id", keyId))
        {
            return KeyFileError.BadField;
        }

        if (root.TryGetProperty("protection", out var protection))
        {
            var error = Open(protection, passphrase, KeyFileProtection.Bound(suite.Name, publicKey), secret);
            if (error != KeyFileError.None) return error;
        }
        else if (!TryGetHex(root, "secret", secret))
        {
            return KeyFileError.BadField;
        }

        return Pair(suite, secret, publicKey, keyId, out signer);
    }

    private static KeyFileError Open(
        JsonElement protection, ReadOnlySpan<char> passphrase, ReadOnlySpan<byte> bound, Span<byte> secret)
    {
        if (protection.ValueKind != JsonValueKind.Object) return KeyFileError.BadField;
        if (!IsText(protection, "kdf", KeyFileProtection.Kdf)
            || !IsText(protection, "cipher", KeyFileProtection.Cipher))
        {
            return KeyFileError.UnknownProtection;
        }

        Span<byte> salt = stackalloc byte[SaltSize];
        Span<byte> expected = stackalloc byte[KeyFileProtection.CheckSize];
        Span<byte> nonce = stackalloc byte[NonceSize];
        Span<byte> sealedSecret = stackalloc byte[KeyFileProtection.SealedSize];
        if (protection.GetPropertyCount() != ProtectionFieldCount
            || !protection.TryGetProperty("iterations", out var count)
            || count.ValueKind != JsonValueKind.Number
            || !count.TryGetInt32(out var iterations)
            || !TryGetHex(protection, "salt", salt)
            || !TryGetHex(protection, "check", expected)
            || !TryGetHex(protection, "nonce", nonce)
            || !TryGetHex(protection, "sealed", sealedSecret))
        {
            return KeyFileError.BadField;
        }

        if (iterations is < KeyFileProtection.MinIterations or > KeyFileProtection.MaxIterations)
        {
            return KeyFileError.UnknownProtection;
        }

        if (passphrase.IsEmpty) return KeyFileError.PassphraseRequired;
        Span<byte> key = stackalloc byte[32];
        Span<byte> check = stackalloc byte[KeyFileProtection.CheckSize];
        KeyFileProtection.Derive(passphrase, salt, iterations, key, check);
        var error = KeyFileError.None;
        if (!CryptographicOperations.FixedTimeEquals(check, expected)) error = KeyFileError.WrongPassphrase;
        else if (!KeyFileProtection.TryOpen(key, nonce, sealedSecret, bound, secret)) error = KeyFileError.Tampered;
        CryptographicOperations.ZeroMemory(key);
        return error;
    }

    private static KeyFileError Pair(
        CryptoSuite suite, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> keyId,
        out ISigner? signer)
    {
        signer = null;
        ISigner pair;
        try
        {
            pair = suite.CreateSigner(secret);
        }
        catch (ArgumentException)
        {
            return KeyFileError.BadSecret;
        }

        var matches = pair.PublicKey.Encoded.SequenceEqual(publicKey)
            && pair.PublicKey.Id.Value.AsSpan().SequenceEqual(keyId);
        if (!matches) return KeyFileError.KeyMismatch;
        signer = pair;
        return KeyFileError.None;
    }

    private static bool IsText(JsonElement parent, string name, string expected) =>
        parent.TryGetProperty(name, out var element)
        && element.ValueKind == JsonValueKind.String
        && element.ValueEquals(expected);

    private static bool TryGetText(JsonElement parent, string name, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!parent.TryGetProperty(name, out var element) || element.ValueKind != JsonValueKind.String) return false;
        text = JsonMarshal.GetRawUtf8Value(element)[1..^1];
        return true;
    }

    private static bool TryGetHex(JsonElement parent, string name, Span<byte> value) =>
        TryGetText(parent, name, out var digits)
        && digits.Length == 2 * value.Length
        && Convert.FromHexString(digits, value, out _, out _) == OperationStatus.Done;
}
