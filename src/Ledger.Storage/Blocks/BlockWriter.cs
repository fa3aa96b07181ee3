using Ledger.Core.Transactions;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Blocks;

/// <summary>Puts a block's header, transactions and results into a batch; those of scheduled calls come last.</summary>
internal static class BlockWriter
{
    public static void Add(WriteBatch batch, StoreContext context, BlockCommit commit)
    {
        var block = commit.Block;
        var height = block.Header.Height;
        batch.Put(context.Headers, LedgerSchema.HeightKey(height), block.Header.Encode());
        BlockIds.Put(batch, context, height, [.. block.Transactions.Select(t => t.Id)]);
        for (var i = 0; i < block.Results.Count; i++)
        {
            var place = new TransactionPlace(height, (uint)i);
            var key = LedgerSchema.PositionKey(height, place.Position);
            var scheduled = i >= block.Transactions.Count;
            if (!scheduled) batch.Put(context.Blocks, key, block.Transactions[i].Encoded.Span);
            batch.Put(context.Results, key, ResultCodec.Encode(block.Results[i], scheduled));
            if (IsIndexed(block.Results[i]))
                batch.Put(context.TransactionIndex, block.Results[i].TransactionId.AsSpan(), place.Encode());
        }

        if (commit.NextValidators is { } next)
            StoredValidators.Put(batch, context, next);
    }

    /// <summary>
    /// Whether the id leads to this transaction. A doubled one is refused, and its id leads to the first.
    /// </summary>
    public static bool IsIndexed(in TransactionResult result) => result.Refusal != Refusal.Duplicate;
}
