using Ledger.Core.Crypto;

namespace Ledger.Client.Identity;

/// <summary>What stands against using an identity file.</summary>
public enum IdentityFileProblem
{
    /// <summary>There is no such file.</summary>
    NotFound = 1,

    /// <summary>The file to create exists.</summary>
    Exists,

    /// <summary>Other users of the machine may read or write the file.</summary>
    Permissions,

    /// <summary>The content is refused; <see cref="IdentityFileException.Error"/> says why.</summary>
    Content,
}

/// <summary>An identity file cannot be used. The message says what to do.</summary>
public sealed class IdentityFileException : IOException
{
    /// <summary>Creates the exception.</summary>
    public IdentityFileException(string path, IdentityFileProblem problem, KeyFileError error = KeyFileError.None)
        : base($"Identity file {path}: {Advice(path, problem, error)}")
    {
        Path = path;
        Problem = problem;
        Error = error;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What stands against using it.</summary>
    public IdentityFileProblem Problem { get; }

    /// <summary>Why the content was refused, where <see cref="Problem"/> is the content.</summary>
    public KeyFileError Error { get; }

    private static string Advice(string path, IdentityFileProblem problem, KeyFileError error) => problem switch
    {
        IdentityFileProblem.NotFound => "there is no such file.",
        IdentityFileProblem.Exists => "it exists already and is not overwritten; move it away or choose another name.",
        IdentityFileProblem.Permissions => $"other users may read or write it; run: chmod 600 {path}",
        _ => Advice(error),
    };

    private static string Advice(KeyFileError error) => error switch
    {
        KeyFileError.TooLarge => "it is too large to be a key file.",
        KeyFileError.Malformed => "it is not a key file (not one JSON object).",
        KeyFileError.UnknownFormat => $"its format is not {KeyFileCodec.Format}; it may come from a later release.",
        KeyFileError.UnknownSuite => "its suite is not known to this release.",
        KeyFileError.UnknownProtection => "its protection is not known to this release, or its cost is out of bounds.",
        KeyFileError.PassphraseRequired => "it is protected; give the passphrase.",
        KeyFileError.WrongPassphrase => "the passphrase is wrong.",
        KeyFileError.Tampered => "the passphrase is right but the file was altered; restore it from a backup.",
        KeyFileError.BadSecret => "the secret in it is not a key of its suite; restore it from a backup.",
        KeyFileError.KeyMismatch => "its public key or key id is not that of its secret; restore it from a backup.",
        _ => "a field is absent, foreign or of the wrong shape; restore it from a backup.",
    };
}
