using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Blocks;

/// <summary>
/// The ids of a block's transactions, in the order of the block: for those who ask which ids are taken, and need no
/// transaction for it. Family <c>block_ids</c>.
/// </summary>
internal static class BlockIds
{
    /// <summary>The entry of a block; one without transactions has none.</summary>
    public static void Put(WriteBatch batch, StoreContext context, BlockHeight height, IReadOnlyList<Hash256> ids)
    {
        if (ids.Count > 0) batch.Put(context.BlockIds, LedgerSchema.HeightKey(height), Encode(ids));
    }

    public static byte[] Encode(IReadOnlyList<Hash256> ids)
    {
        var value = new byte[checked(ids.Count * Hash256.Size)];
        for (var i = 0; i < ids.Count; i++) ids[i].CopyTo(value.AsSpan(i * Hash256.Size));
        return value;
    }

    /// <exception cref="StorageException">The entry is missing, or holds another number of ids.</exception>
    public static IReadOnlyList<Hash256> Read(ReadScope scope, BlockHeader header)
    {
        if (header.TransactionCount == 0) return [];
        var key = LedgerSchema.HeightKey(header.Height);
        var value = scope.Get(scope.Context.BlockIds, key) ?? throw scope.Corrupt(scope.Context.BlockIds, key, "missing");
        if ((ulong)value.Length != (ulong)header.TransactionCount * Hash256.Size)
            throw scope.Corrupt(scope.Context.BlockIds, key, "not the ids of the block's transactions");
        var ids = new Hash256[value.Length / Hash256.Size];
        for (var i = 0; i < ids.Length; i++) ids[i] = new Hash256(value.AsSpan(i * Hash256.Size, Hash256.Size));
        return ids;
    }
}
