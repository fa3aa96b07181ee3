namespace Ledger.Core.Crypto;

/// <summary>A 256-bit hash function (SHA-256, SM3). Stateless and safe for concurrent use.</summary>
public abstract class HashFunction
{
    /// <summary>The algorithm's name as written in evidence digests: <c>sha-256</c>, <c>sm3</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Hashes <paramref name="data"/>.</summary>
    public Hash256 Hash(ReadOnlySpan<byte> data) => Hash([], data);

    /// <summary>Hashes <paramref name="data"/> for one purpose: H(tag || 0x00 || data).</summary>
    public Hash256 Hash(DomainTag tag, ReadOnlySpan<byte> data) => Hash(tag.Prefix, data);

    /// <summary>Hashes a tree leaf: H(prefix || data), as RFC 9162 section 2.1.1 does with prefix 0x00.</summary>
    public Hash256 HashLeaf(byte prefix, ReadOnlySpan<byte> data) => Hash([prefix], data);

    /// <summary>
    /// Hashes an interior tree node: H(prefix || left || right), as RFC 9162 section 2.1.1 does with prefix 0x01.
    /// </summary>
    public Hash256 HashNode(byte prefix, in Hash256 left, in Hash256 right)
    {
        Span<byte> buffer = stackalloc byte[1 + (2 * Hash256.Size)];
        buffer[0] = prefix;
        left.CopyTo(buffer[1..]);
        right.CopyTo(buffer[(1 + Hash256.Size)..]);
        return Hash([], buffer);
    }

    /// <summary>Hashes the concatenation of two spans.</summary>
    public abstract Hash256 Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second);

    /// <summary>HMAC (RFC 2104) over this hash function.</summary>
    public abstract Hash256 Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data);

    /// <summary>Sets up a key for many HMACs. The key is copied.</summary>
    public virtual KeyedHash WithKey(ReadOnlySpan<byte> key) => new KeyedHash.Plain(this, key.ToArray());

    /// <summary>Starts a hash over data that arrives in pieces. Dispose it.</summary>
    public abstract IIncrementalHash StartIncremental();
}

/// <summary>A running hash. Not thread-safe.</summary>
public interface IIncrementalHash : IDisposable
{
    /// <summary>Adds bytes.</summary>
    void Append(ReadOnlySpan<byte> data);

    /// <summary>Returns the hash of everything added and starts anew.</summary>
    Hash256 Finish();
}
