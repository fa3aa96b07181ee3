namespace Ledger.Core.Fingerprints;

/// <summary>How a data set is cut into records.</summary>
public enum FingerprintRule
{
    /// <summary>Rows of a CSV file (RFC 4180); the first row is the header and is bound into the fingerprint.</summary>
    Csv = 1,

    /// <summary>Lines that end in LF or CR LF.</summary>
    Lines = 2,

    /// <summary>Pieces of a fixed size; the last may be shorter.</summary>
    Chunks = 3,
}

/// <summary>The choices that a fingerprint depends on. Part of the anchored digest.</summary>
public sealed record FingerprintParameters
{
    /// <summary>The largest record in bytes, whatever the rule.</summary>
    public const int MaxRecordSize = 1 << 20;

    private const int DefaultChunkSize = 64 * 1024;
    private const int DefaultSaltSize = 16;

    private FingerprintParameters(FingerprintRule rule, int saltSize)
    {
        if (!IsSaltSize(saltSize)) throw new ArgumentOutOfRangeException(nameof(saltSize), "a salt has 16 or 32 bytes");
        Rule = rule;
        SaltSize = saltSize;
    }

    /// <summary>How the data is cut.</summary>
    public FingerprintRule Rule { get; }

    /// <summary>Length of a record's salt in bytes: 16 or 32.</summary>
    public int SaltSize { get; }

    /// <summary>Length of a chunk in bytes; 0 for other rules.</summary>
    public int ChunkSize { get; private init; }

    /// <summary>The byte between the fields of a CSV row; 0 for other rules.</summary>
    public byte Delimiter { get; private init; }

    /// <summary>CSV rows with fields separated by <paramref name="delimiter"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delimiter is a quote, a line break or not ASCII; or the salt
    /// size is wrong.</exception>
    public static FingerprintParameters Csv(byte delimiter = (byte)',', int saltSize = DefaultSaltSize) =>
        IsDelimiter(delimiter)
            ? new FingerprintParameters(FingerprintRule.Csv, saltSize) { Delimiter = delimiter }
            : throw new ArgumentOutOfRangeException(nameof(delimiter), "no CSV delimiter");

    /// <summary>Lines.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The salt size is neither 16 nor 32.</exception>
    public static FingerprintParameters Lines(int saltSize = DefaultSaltSize) => new(FingerprintRule.Lines, saltSize);

    /// <summary>Chunks of <paramref name="chunkSize"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The chunk size is not in 1 to <see cref="MaxRecordSize"/>, or
    /// the salt size is wrong.</exception>
    public static FingerprintParameters Chunks(int chunkSize = DefaultChunkSize, int saltSize = DefaultSaltSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chunkSize, MaxRecordSize);
        return new FingerprintParameters(FingerprintRule.Chunks, saltSize) { ChunkSize = chunkSize };
    }

    /// <summary>Makes parameters from untrusted numbers. False when they do not fit each other.</summary>
    internal static bool TryCreate(
        FingerprintRule rule, ulong saltSize, ulong chunkSize, ulong delimiter, out FingerprintParameters? parameters)
    {
        parameters = null;
        if (saltSize is not (16 or 32)) return false;
        var salt = (int)saltSize;
        parameters = rule switch
        {
            FingerprintRule.Csv when chunkSize == 0 && delimiter <= 127 && IsDelimiter((byte)delimiter) =>
                Csv((byte)delimiter, salt),
            FingerprintRule.Lines when chunkSize == 0 && delimiter == 0 => Lines(salt),
            FingerprintRule.Chunks when chunkSize is > 0 and <= MaxRecordSize && delimiter == 0 =>
                Chunks((int)chunkSize, salt),
            _ => null,
        };
        return parameters is not null;
    }

    private static bool IsSaltSize(int size) => size is 16 or 32;

    // Tab and printable ASCII; a quote would be ambiguous.
    private static bool IsDelimiter(byte value) => value is (byte)'\t' or (>= 0x20 and < 0x7f and not (byte)'"');
}
