namespace Ledger.Core.Crypto;

/// <summary>Why <see cref="KeyFileCodec"/> refused a key file.</summary>
public enum KeyFileError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The file is longer than any key file.</summary>
    TooLarge,

    /// <summary>The file is not a JSON object, or a name occurs twice in it.</summary>
    Malformed,

    /// <summary>The field <c>format</c> is absent or names another format or a later version.</summary>
    UnknownFormat,

    /// <summary>This build does not know the suite that the file names.</summary>
    UnknownSuite,

    /// <summary>
    /// The key derivation or the cipher that protects the secret is not known, or its cost is out of bounds.
    /// </summary>
    UnknownProtection,

    /// <summary>
    /// A field is absent, has another type or length than the format says, or is not part of the format.
    /// </summary>
    BadField,

    /// <summary>The secret is protected and no passphrase was given.</summary>
    PassphraseRequired,

    /// <summary>The passphrase is not the one that the file was protected with.</summary>
    WrongPassphrase,

    /// <summary>The passphrase is right, but the sealed secret, the suite or the public key was altered.</summary>
    Tampered,

    /// <summary>The secret is not a secret key of the suite.</summary>
    BadSecret,

    /// <summary>The public key does not belong to the secret, or the key id not to the public key.</summary>
    KeyMismatch,
}
