using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

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

/// <summary>Salts and hashes records as they come, and shows each to an observer.</summary>
internal sealed class SaltedRecords : IRecordSink
{
    private readonly HashFunction _hash;
    private readonly FingerprintParameters _parameters;
    private readonly byte[] _secret;
    private readonly IRecordObserver? _observer;
    private readonly LogFrontier _frontier;
    private Hash256? _headerDigest;

    public SaltedRecords(
        HashFunction hash, FingerprintParameters parameters, ReadOnlySpan<byte> secret, IRecordObserver? observer)
    {
        if (secret.Length != FingerprintBuilder.SecretSize)
            throw new ArgumentException($"a secret has {FingerprintBuilder.SecretSize} bytes", nameof(secret));
        _hash = hash;
        _parameters = parameters;
        _secret = secret.ToArray();
        _observer = observer;
        _frontier = new LogFrontier(hash);
    }

    public FingerprintFault Accept(ReadOnlySpan<byte> record)
    {
        if (_parameters.Rule == FingerprintRule.Csv && _headerDigest is null)
        {
            var headerSalt = FingerprintHash.HeaderSaltOf(_hash, _secret, _parameters.Rule);
            var used = headerSalt.AsSpan()[.._parameters.SaltSize];
            _headerDigest = FingerprintHash.HeaderDigestOf(_hash, used, record);
            _observer?.OnHeader(used, record);
            return FingerprintFault.None;
        }

        var index = _frontier.Size;
        var salt = FingerprintHash.SaltOf(_hash, _secret, _parameters.Rule, index);
        var leaf = FingerprintHash.LeafOf(_hash, salt.AsSpan()[.._parameters.SaltSize], record);
        _frontier.Append(leaf);
        return _observer?.OnRecord(index, salt.AsSpan()[.._parameters.SaltSize], record, leaf) ?? FingerprintFault.None;
    }

    public FingerprintFault Finish(out Fingerprint? fingerprint)
    {
        fingerprint = null;
        if (_parameters.Rule == FingerprintRule.Csv && _headerDigest is null) return FingerprintFault.MissingHeader;
        fingerprint = new Fingerprint(_parameters, _hash.Name, _frontier.Size, _frontier.Root(), _headerDigest);
        return FingerprintFault.None;
    }
}

/// <summary>Sees every salted record once.</summary>
internal interface IRecordObserver
{
    void OnHeader(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> header);

    FingerprintFault OnRecord(ulong index, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> record, in Hash256 leaf);
}
