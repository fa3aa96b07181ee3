using Ledger.Core.Crypto;

namespace Ledger.Storage.Schema;

/// <summary>
/// Values that no hash of the chain covers (marks, votes) carry their own checksum: the first eight bytes of
/// SHA-256(key || value), put behind the value. It finds damage; it is no defence against somebody who writes to the
/// disk.
/// </summary>
internal static class Sealed
{
    private const int ChecksumSize = 8;

    /// <summary>The value with its checksum.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var stored = new byte[value.Length + ChecksumSize];
        value.CopyTo(stored);
        Sha256.Instance.Hash(key, value).AsSpan()[..ChecksumSize].CopyTo(stored.AsSpan(value.Length));
        return stored;
    }

    /// <summary>The value when the checksum is right; null otherwise.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> stored)
    {
        if (stored.Length < ChecksumSize) return null;
        var value = stored[..^ChecksumSize];
        var checksum = Sha256.Instance.Hash(key, value);
        return checksum.AsSpan()[..ChecksumSize].SequenceEqual(stored[^ChecksumSize..]) ? value.ToArray() : null;
    }
}
