using System.Buffers.Binary;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Storage.Schema;

namespace Ledger.Storage.State;

/// <summary>
/// Up to which block the pages of the state tree are on disk. What later blocks changed stands in
/// <see cref="StateJournal"/>.
/// </summary>
/// <param name="Next">The first block whose changes the pages lack; 0 before any page was written.</param>
/// <param name="Root">The root of the tree that the pages make.</param>
internal readonly record struct PagesMark(BlockHeight Next, Hash256 Root)
{
    private const int Size = sizeof(ulong) + Hash256.Size;

    public byte[] Encode()
    {
        var value = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(value, Next.Value);
        Root.CopyTo(value.AsSpan(sizeof(ulong)));
        return value;
    }

    public static PagesMark? Decode(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new PagesMark(
            new BlockHeight(BinaryPrimitives.ReadUInt64BigEndian(bytes)), new Hash256(bytes[sizeof(ulong)..]))
        : null;

    /// <summary>The mark of a database; that of the empty tree before there is one.</summary>
    /// <exception cref="StorageException">It is damaged.</exception>
    public static PagesMark Read(ReadScope scope)
    {
        if (scope.Mark(LedgerSchema.PagesKey) is not { } bytes) return default;
        return Decode(bytes) ?? throw scope.Corrupt(scope.Context.Meta, LedgerSchema.PagesKey, "not a mark of pages");
    }
}
