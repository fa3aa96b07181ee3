using System.Security.Cryptography;
using Ledger.Core.Crypto;

namespace Ledger.Client.Identity;

/// <summary>
/// Keeps one key pair in a file that only its owner can read. The content is <see cref="KeyFileCodec"/>'s.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class IdentityFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// Makes a new key pair and writes it, with mode 0600. The file appears whole or not at all, and never replaces one
    /// that exists.
    /// </summary>
    /// <param name="path">The file to create, in a folder that exists.</param>
    /// <param name="suite">The suite of the channel that the key is for.</param>
    /// <param name="passphrase">Seals the secret; null leaves it in the clear, guarded by the file's mode.</param>
    /// <exception cref="IdentityFileException">The file exists.</exception>
    /// <exception cref="ArgumentException">The passphrase is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static ISigner Create(string path, CryptoSuite suite, string? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(suite);
        if (Path.Exists(path)) throw Exists(path);
        Span<byte> secret = stackalloc byte[CryptoSuite.SecretKeySize];
        // Of 2^128 such values one is outside of the suite's range; CreateSigner would refuse it.
        RandomNumberGenerator.Fill(secret);
        byte[] content = [];
        try
        {
            var signer = suite.CreateSigner(secret);
            content = Encode(suite, secret, passphrase);
            WriteNew(path, content);
            return signer;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Reads a key pair.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">The passphrase of a sealed file; an unsealed one is read with or without it.</param>
    /// <exception cref="IdentityFileException">
    /// The file is absent, others may read or write it (not checked on Windows), or its content is refused.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ISigner Load(string path, string? passphrase = null)
    {
        var content = Read(path);
        try
        {
            return KeyFileCodec.TryDecode(content, passphrase, out var signer, out var error)
                ? signer
                : throw new IdentityFileException(path, IdentityFileProblem.Content, error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static byte[] Encode(CryptoSuite suite, ReadOnlySpan<byte> secret, string? passphrase)
    {
        if (passphrase is null) return KeyFileCodec.Encode(suite, secret);
        var salt = RandomNumberGenerator.GetBytes(KeyFileCodec.SaltSize);
        var nonce = RandomNumberGenerator.GetBytes(KeyFileCodec.NonceSize);
        return KeyFileCodec.EncodeProtected(suite, secret, passphrase, salt, nonce);
    }

    // Whoever creates the empty file has the name: moving without overwriting looks first and moves then, on Unix, and two
    // could win. The content comes whole, by one move; of a process that dies in between, an empty file remains.
    private static void WriteNew(string path, byte[] content)
    {
        try
        {
            Write(path, []);
        }
        catch (IOException) when (Path.Exists(path))
        {
            throw Exists(path);
        }

        // In the same folder, so that moving it is one step of the file system.
        var temporary = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp";
        try
        {
            Write(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            File.Delete(path);
            throw;
        }
    }

    private static void Write(string path, byte[] content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var stream = new FileStream(path, options);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    private static byte[] Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            // Asked of the open file, not of its name, which could be given to another file in between.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != 0)
            {
                throw new IdentityFileException(path, IdentityFileProblem.Permissions);
            }

            // One byte beyond the limit is enough for the decoder to refuse the file.
            var content = new byte[Math.Min(stream.Length, KeyFileCodec.MaxSize + 1)];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IdentityFileException(path, IdentityFileProblem.NotFound);
        }
    }

    private static IdentityFileException Exists(string path) => new(path, IdentityFileProblem.Exists);
}
