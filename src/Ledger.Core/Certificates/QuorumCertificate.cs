using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;

namespace Ledger.Core.Certificates;

/// <summary>Why a certificate does not hold.</summary>
public enum CertificateFault
{
    /// <summary>It holds.</summary>
    None = 0,

    /// <summary>It is over another header.</summary>
    OtherHeader,

    /// <summary>The bitmap's length is not the validator set's.</summary>
    BitmapLength,

    /// <summary>The bitmap names a validator outside the set.</summary>
    ForeignValidator,

    /// <summary>The number of signatures is not the number of signers.</summary>
    SignatureCount,

    /// <summary>There are fewer signers than a quorum.</summary>
    BelowQuorum,

    /// <summary>A signature does not verify under its validator's key.</summary>
    SignatureInvalid,
}

/// <summary>
/// Proof that a quorum of an epoch's validators executed a block and made it durable
/// (<c>ledger.core.v1.QuorumCertificate</c>): their checkpoint signatures over its header hash. Immutable.
/// </summary>
/// <remarks>
/// Bit i of the bitmap (byte i/8, least significant bit first) is validator i; signatures follow in ascending order of
/// index. A doubled signer cannot be expressed.
/// </remarks>
public sealed class QuorumCertificate
{
    /// <summary>Largest encoding in bytes.</summary>
    public const int MaxBytes = (ValidatorSet.MaxValidators * (CryptoSuite.SignatureSize + 1)) + 64;

    private readonly byte[] _signers;
    private readonly byte[] _signatures;

    private QuorumCertificate(Hash256 headerHash, byte[] signers, byte[] signatures)
    {
        HeaderHash = headerHash;
        _signers = signers;
        _signatures = signatures;
    }

    /// <summary>The hash of the header that is certified.</summary>
    public Hash256 HeaderHash { get; }

    /// <summary>Number of signers.</summary>
    public int SignerCount => CountBits(_signers);

    /// <summary>Puts a certificate together from checkpoint signatures by validator index.</summary>
    public static QuorumCertificate Create(
        Hash256 headerHash,
        int validatorCount,
        IReadOnlyDictionary<ValidatorIndex, byte[]> signatures)
    {
        var signers = new byte[(validatorCount + 7) / 8];
        var bytes = new List<byte>(signatures.Count * CryptoSuite.SignatureSize);
        for (var i = 0; i < validatorCount; i++)
        {
            if (!signatures.TryGetValue(new ValidatorIndex(i), out var signature)) continue;
            signers[i >> 3] |= (byte)(1 << (i & 7));
            bytes.AddRange(signature);
        }

        return new QuorumCertificate(headerHash, signers, [.. bytes]);
    }

    /// <summary>Whether a validator signed.</summary>
    public bool IsSignedBy(ValidatorIndex index) =>
        (index.Value >> 3) < _signers.Length && (_signers[index.Value >> 3] & (1 << (index.Value & 7))) != 0;

    /// <summary>
    /// A validator's signature; empty when it did not sign, or when the certificate is not whole.
    /// </summary>
    public ReadOnlyMemory<byte> SignatureOf(ValidatorIndex index)
    {
        if (!IsSignedBy(index)) return default;
        var place = 0;
        for (var i = 0; i < index.Value; i++)
        {
            if (IsSignedBy(new ValidatorIndex(i))) place++;
        }

        var start = place * CryptoSuite.SignatureSize;
        return start + CryptoSuite.SignatureSize <= _signatures.Length
            ? _signatures.AsMemory(start, CryptoSuite.SignatureSize)
            : default;
    }

    /// <summary>The bytes that a validator signs, under <see cref="DomainTag.Checkpoint"/>: the header hash.</summary>
    public static ReadOnlySpan<byte> SignedBytes(in Hash256 headerHash) => headerHash.AsSpan();

    /// <summary>Checks everything: the header, the signers, the quorum and every signature.</summary>
    public CertificateFault Verify(in Hash256 headerHash, ValidatorSet validators, CryptoSuite suite)
    {
        if (HeaderHash != headerHash) return CertificateFault.OtherHeader;
        if (_signers.Length != (validators.Count + 7) / 8) return CertificateFault.BitmapLength;
        for (var i = validators.Count; i < _signers.Length * 8; i++)
        {
            if (IsSignedBy(new ValidatorIndex(i))) return CertificateFault.ForeignValidator;
        }

        var count = SignerCount;
        if (_signatures.Length != count * CryptoSuite.SignatureSize) return CertificateFault.SignatureCount;
        if (count < validators.Quorum.Quorum) return CertificateFault.BelowQuorum;
        var position = 0;
        for (var i = 0; i < validators.Count; i++)
        {
            var index = new ValidatorIndex(i);
            if (!IsSignedBy(index)) continue;
            var signature = _signatures.AsSpan(position, CryptoSuite.SignatureSize);
            if (!suite.Verify(validators[index].Key, DomainTag.Checkpoint, headerHash.AsSpan(), signature))
                return CertificateFault.SignatureInvalid;
            position += CryptoSuite.SignatureSize;
        }

        return CertificateFault.None;
    }

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(_signatures.Length + 64);
        writer.Hash(1, HeaderHash);
        writer.Bytes(2, _signers);
        writer.Bytes(3, _signatures);
        return writer.ToArray();
    }

    /// <summary>Decodes a certificate. Whether it holds is for <see cref="Verify"/> to say.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out QuorumCertificate? certificate,
        out DecodeError error)
    {
        certificate = null;
        var reader = new CanonicalReader(bytes);
        var hash = reader.Hash(1);
        var signers = reader.Bytes(2, ValidatorSet.MaxValidators / 8);
        var signatures = reader.Bytes(3, ValidatorSet.MaxValidators * CryptoSuite.SignatureSize);
        var ok = reader.End();
        error = reader.Error;
        if (ok) certificate = new QuorumCertificate(hash, signers.ToArray(), signatures.ToArray());
        return ok;
    }

    private static int CountBits(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        foreach (var b in bytes) count += BitOperations.PopCount(b);
        return count;
    }
}
