using Ledger.Core.Crypto;

namespace Ledger.Core.Fingerprints;

/// <summary>
/// Fingerprints a data set that is pushed in pieces of any size, in memory that does not grow with it.
/// </summary>
/// <remarks>
/// Not thread-safe. The secret must be used for one data set only: two data sets with the same secret have equal
/// salts, and what is disclosed of one would help to guess the other. docs/spec/fingerprint.md.
/// </remarks>
public sealed class FingerprintBuilder
{
    private readonly RecordSplitter _splitter;
    private readonly SaltedRecords _records;

    /// <summary>Starts a fingerprint.</summary>
    /// <param name="hash">The hash function, normally that of the channel's suite.</param>
    /// <param name="parameters">How to cut and salt.</param>
    /// <param name="secret">32 random bytes, used for this data set only. Copied.</param>
    /// <param name="maxRecordSize">Records larger than this are refused.</param>
    /// <exception cref="ArgumentException">The secret does not have 32 bytes.</exception>
    public FingerprintBuilder(
        HashFunction hash,
        FingerprintParameters parameters,
        ReadOnlySpan<byte> secret,
        int maxRecordSize = FingerprintParameters.MaxRecordSize)
    {
        _records = new SaltedRecords(hash, parameters, secret, observer: null);
        _splitter = RecordSplitter.For(parameters, maxRecordSize);
    }

    /// <summary>Length of a secret in bytes.</summary>
    public const int SecretSize = 32;

    /// <summary>Number of records so far, the header row of CSV included: where to look for a fault.</summary>
    public ulong RecordsSeen => _splitter.RecordCount;

    /// <summary>Takes the next bytes. After a fault, nothing more is taken.</summary>
    public FingerprintFault Push(ReadOnlySpan<byte> data) => _splitter.Push(data, _records);

    /// <summary>Ends the data. Call it once.</summary>
    public FingerprintFault Complete(out Fingerprint? fingerprint)
    {
        fingerprint = null;
        var fault = _splitter.Complete(_records);
        return fault == FingerprintFault.None ? _records.Finish(out fingerprint) : fault;
    }
}
