using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace Ledger.Core.Crypto;

/// <summary>
/// The text form of one key pair, <c>ledger-key/1</c>: JSON with the secret in the clear or sealed under a passphrase.
/// docs/spec/crypto.md, section "Key files".
/// </summary>
/// <remarks>
/// Pure: reads and writes bytes only, and takes salt and nonce from its caller. Callers keep the file from others'
/// eyes and wipe the buffers they own.
/// </remarks>
public static partial class KeyFileCodec
{
    /// <summary>The value of the field <c>format</c>.</summary>
    public const string Format = "ledger-key/1";

    /// <summary>The largest file that is read, in bytes. Real ones have about a thousand.</summary>
    public const int MaxSize = 4096;

    /// <summary>Length of the salt of a protected file in bytes.</summary>
    public const int SaltSize = KeyFileProtection.SaltSize;

    /// <summary>Length of the nonce of a protected file in bytes.</summary>
    public const int NonceSize = KeyFileProtection.NonceSize;

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes a key file with the secret in the clear.</summary>
    /// <exception cref="ArgumentException">The secret is not a secret key of the suite.</exception>
    public static byte[] Encode(CryptoSuite suite, ReadOnlySpan<byte> secretKey)
    {
        var publicKey = suite.CreateSigner(secretKey).PublicKey;
        var buffer = new ArrayBufferWriter<byte>(MaxSize);
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            WriteHead(json, suite, publicKey);
            WriteHex(json, "secret", secretKey);
            json.WriteEndObject();
        }

        return TakeLine(buffer);
    }

    /// <summary>Writes a key file with the secret sealed under <paramref name="passphrase"/>.</summary>
    /// <param name="suite">The key's suite.</param>
    /// <param name="secretKey">The secret.</param>
    /// <param name="passphrase">Any text but the empty one; its UTF-8 form counts, without normalisation.</param>
    /// <param name="salt">16 random bytes, fresh for this file.</param>
    /// <param name="nonce">12 random bytes, fresh for this file.</param>
    /// <exception cref="ArgumentException">An argument has the wrong length, or the secret the wrong range.</exception>
    public static byte[] EncodeProtected(
        CryptoSuite suite, ReadOnlySpan<byte> secretKey, ReadOnlySpan<char> passphrase, ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> nonce) =>
        EncodeProtected(suite, secretKey, passphrase, salt, nonce, KeyFileProtection.DefaultIterations);

    internal static byte[] EncodeProtected(
        CryptoSuite suite, ReadOnlySpan<byte> secretKey, ReadOnlySpan<char> passphrase, ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> nonce, int iterations)
    {
        if (passphrase.IsEmpty) throw new ArgumentException("the passphrase is empty", nameof(passphrase));
        if (salt.Length != SaltSize) throw new ArgumentException($"a salt has {SaltSize} bytes", nameof(salt));
        if (nonce.Length != NonceSize) throw new ArgumentException($"a nonce has {NonceSize} bytes", nameof(nonce));
        var publicKey = suite.CreateSigner(secretKey).PublicKey;
        Span<byte> key = stackalloc byte[32];
        Span<byte> check = stackalloc byte[KeyFileProtection.CheckSize];
        KeyFileProtection.Derive(passphrase, salt, iterations, key, check);
        var bound = KeyFileProtection.Bound(suite.Name, publicKey.Encoded);
        var sealedSecret = KeyFileProtection.Seal(key, nonce, secretKey, bound);
        CryptographicOperations.ZeroMemory(key);

        var buffer = new ArrayBufferWriter<byte>(MaxSize);
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            WriteHead(json, suite, publicKey);
            json.WriteStartObject("protection");
            json.WriteString("kdf", KeyFileProtection.Kdf);
            json.WriteNumber("iterations", iterations);
            WriteHex(json, "salt", salt);
            WriteHex(json, "check", check);
            json.WriteString("cipher", KeyFileProtection.Cipher);
            WriteHex(json, "nonce", nonce);
            WriteHex(json, "sealed", sealedSecret);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return TakeLine(buffer);
    }

    /// <summary>
    /// Reads a key file. An unprotected file is read whether or not a passphrase is given.
    /// </summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="passphrase">The passphrase of a protected file, or nothing.</param>
    /// <param name="signer">The key pair.</param>
    /// <param name="error">Why the file was refused.</param>
    public static bool TryDecode(
        ReadOnlyMemory<byte> file, ReadOnlySpan<char> passphrase, [NotNullWhen(true)] out ISigner? signer,
        out KeyFileError error)
    {
        signer = null;
        error = Parse(file, out var document);
        if (error != KeyFileError.None) return false;
        using (document)
        {
            Span<byte> secret = stackalloc byte[CryptoSuite.SecretKeySize];
            error = Read(document!.RootElement, passphrase, secret, out signer);
            CryptographicOperations.ZeroMemory(secret);
        }

        return error == KeyFileError.None;
    }

    private static void WriteHead(Utf8JsonWriter json, CryptoSuite suite, PublicKey publicKey)
    {
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteString("suite", suite.Name);
        WriteHex(json, "public_key", publicKey.Encoded);
        WriteHex(json, "key_id", publicKey.Id.Value.AsSpan());
    }

    // The longest value has 48 bytes. The digits never become a string, which nobody could wipe.
    private static void WriteHex(Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        Span<byte> digits = stackalloc byte[2 * KeyFileProtection.SealedSize];
        Convert.TryToHexStringLower(value, digits, out var written);
        json.WriteString(name, digits[..written]);
        CryptographicOperations.ZeroMemory(digits);
    }

    private static byte[] TakeLine(ArrayBufferWriter<byte> buffer)
    {
        byte[] file = [.. buffer.WrittenSpan, (byte)'\n'];
        buffer.Clear();
        return file;
    }
}
