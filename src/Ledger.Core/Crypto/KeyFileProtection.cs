using System.Security.Cryptography;

namespace Ledger.Core.Crypto;

/// <summary>
/// Seals a secret key under a passphrase: PBKDF2 (RFC 8018) with HMAC-SHA-256 makes a master key, HKDF-Expand (RFC
/// 5869) makes of it a key for AES-256-GCM and a check value.
/// </summary>
/// <remarks>
/// The check value tells a wrong passphrase from an altered file. It helps no one who guesses: the seal itself tells
/// him as much at the same cost.
/// </remarks>
internal static class KeyFileProtection
{
    public const string Kdf = "pbkdf2-hmac-sha256";
    public const string Cipher = "aes-256-gcm";
    public const int SaltSize = 16;
    public const int NonceSize = 12;
    public const int CheckSize = 16;
    public const int SealedSize = CryptoSuite.SecretKeySize + TagSize;

    /// <summary>The cost of a new file: the OWASP figure of 2023 for this function.</summary>
    public const int DefaultIterations = 600_000;

    /// <summary>Below this a passphrase is guessed too cheaply.</summary>
    public const int MinIterations = 100_000;

    /// <summary>Above this a hostile file keeps its reader busy for too long.</summary>
    public const int MaxIterations = 10_000_000;

    private const int TagSize = 16;
    private const int KeySize = 32;

    /// <summary>Derives the sealing key and the check value.</summary>
    public static void Derive(
        ReadOnlySpan<char> passphrase, ReadOnlySpan<byte> salt, int iterations, Span<byte> key, Span<byte> check)
    {
        Span<byte> master = stackalloc byte[KeySize];
        Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, master, iterations, HashAlgorithmName.SHA256);
        HKDF.Expand(HashAlgorithmName.SHA256, master, key, "ledger-key/1 seal"u8);
        HKDF.Expand(HashAlgorithmName.SHA256, master, check, "ledger-key/1 check"u8);
        CryptographicOperations.ZeroMemory(master);
    }

    /// <summary>Seals a secret; the result is the ciphertext and the 16-byte tag.</summary>
    public static byte[] Seal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> bound)
    {
        var result = new byte[SealedSize];
        using var cipher = new AesGcm(key, TagSize);
        cipher.Encrypt(nonce, secret, result.AsSpan(0, secret.Length), result.AsSpan(secret.Length), bound);
        return result;
    }

    /// <summary>
    /// Opens what <see cref="Seal"/> made; false if a byte of it, or of what it is bound to, was altered.
    /// </summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedSecret, ReadOnlySpan<byte> bound,
        Span<byte> secret)
    {
        using var cipher = new AesGcm(key, TagSize);
        try
        {
            cipher.Decrypt(nonce, sealedSecret[..^TagSize], sealedSecret[^TagSize..], secret, bound);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>What the seal is bound to beside the secret: format, suite and public key.</summary>
    public static byte[] Bound(string suite, ReadOnlySpan<byte> publicKey) =>
        [.. System.Text.Encoding.ASCII.GetBytes($"{KeyFileCodec.Format}\0{suite}\0"), .. publicKey];
}
