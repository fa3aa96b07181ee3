using System.Buffers.Binary;
using Ledger.Core.Crypto;

namespace Ledger.Storage.Schema;

/// <summary>
/// A key of the subject, actor, type and digest indexes: the truncated hash of what is looked for, then the log index.
/// Compares as its bytes do.
/// </summary>
internal readonly record struct IndexKey(UInt128 ShortHash, ulong Index) : IComparable<IndexKey>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = LedgerSchema.ShortHashSize + sizeof(ulong);

    /// <summary>The key of bytes that are looked for. SHA-256 in every suite: it is a local layout, not a format.</summary>
    public static IndexKey Of(ReadOnlySpan<byte> value, ulong index) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(Sha256.Instance.Hash(value).AsSpan()), index);

    /// <inheritdoc/>
    public int CompareTo(IndexKey other)
    {
        var order = ShortHash.CompareTo(other.ShortHash);
        return order != 0 ? order : Index.CompareTo(other.Index);
    }

    /// <summary>Writes the key's bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, ShortHash);
        BinaryPrimitives.WriteUInt64BigEndian(destination[LedgerSchema.ShortHashSize..], Index);
    }

    /// <summary>The key's bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var key = new byte[Size];
        WriteTo(key);
        return key;
    }
}
