using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Fingerprints;

/// <summary>Salts and hashes records as they come, and shows each to an observer.</summary>
internal sealed class SaltedRecords : IRecordSink
{
    private readonly HashFunction _hash;
    private readonly FingerprintParameters _parameters;
    private readonly KeyedHash _secret;
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
        _secret = hash.WithKey(secret);
        _observer = observer;
        _frontier = new LogFrontier(hash);
    }

    public FingerprintFault Accept(ReadOnlySpan<byte> record)
    {
        if (_parameters.Rule == FingerprintRule.Csv && _headerDigest is null)
        {
            var headerSalt = FingerprintHash.HeaderSaltOf(_secret, _parameters.Rule);
            var used = headerSalt.AsSpan()[.._parameters.SaltSize];
            _headerDigest = FingerprintHash.HeaderDigestOf(_hash, used, record);
            _observer?.OnHeader(used, record);
            return FingerprintFault.None;
        }

        var index = _frontier.Size;
        var salt = FingerprintHash.SaltOf(_secret, _parameters.Rule, index);
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
