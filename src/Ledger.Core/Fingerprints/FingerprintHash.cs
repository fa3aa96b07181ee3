using System.Buffers.Binary;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Fingerprints;

/// <summary>The hash rules of fingerprints. docs/spec/fingerprint.md, section 3.</summary>
internal static class FingerprintHash
{
    public static readonly DomainTag Digest = new("ledger/fingerprint/1");
    private static readonly DomainTag RecordSalt = new("ledger/fingerprint-salt/1");
    private static readonly DomainTag HeaderSalt = new("ledger/fingerprint-header-salt/1");
    private static readonly DomainTag Header = new("ledger/fingerprint-header/1");

    public static Hash256 SaltOf(KeyedHash secret, FingerprintRule rule, ulong index) =>
        Salt(secret, RecordSalt, rule, index);

    public static Hash256 HeaderSaltOf(KeyedHash secret, FingerprintRule rule) =>
        Salt(secret, HeaderSalt, rule, 0);

    /// <summary>H(0x00 || length of the salt in one byte || salt || record).</summary>
    public static Hash256 LeafOf(HashFunction hash, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> record)
    {
        Span<byte> prefix = stackalloc byte[2 + Hash256.Size];
        prefix[0] = LogTree.LeafPrefix;
        prefix[1] = (byte)salt.Length;
        salt.CopyTo(prefix[2..]);
        return hash.Hash(prefix[..(2 + salt.Length)], record);
    }

    /// <summary>H("ledger/fingerprint-header/1" || 0x00 || length of the salt in one byte || salt || header).</summary>
    public static Hash256 HeaderDigestOf(HashFunction hash, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> header)
    {
        var tag = Header.Prefix;
        Span<byte> prefix = stackalloc byte[64 + Hash256.Size];
        tag.CopyTo(prefix);
        prefix[tag.Length] = (byte)salt.Length;
        salt.CopyTo(prefix[(tag.Length + 1)..]);
        return hash.Hash(prefix[..(tag.Length + 1 + salt.Length)], header);
    }

    private static Hash256 Salt(KeyedHash secret, DomainTag tag, FingerprintRule rule, ulong index)
    {
        Span<byte> data = stackalloc byte[64 + sizeof(ulong)];
        tag.Prefix.CopyTo(data);
        var length = tag.Prefix.Length;
        data[length++] = (byte)rule;
        BinaryPrimitives.WriteUInt64BigEndian(data[length..], index);
        return secret.Hmac(data[..(length + sizeof(ulong))]);
    }
}
