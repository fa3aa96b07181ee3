using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.State;

/// <summary>Puts a block's changes of the state and its tree into a batch.</summary>
internal static class StateWriter
{
    public static void Add(WriteBatch batch, StoreContext context, BlockCommit commit)
    {
        foreach (var write in commit.StateWrites)
        {
            var key = LedgerSchema.StateKey(write.Namespace, write.Key.Span);
            if (write.Value is { } value) batch.Put(context.State, key, value.Span);
            else batch.Delete(context.State, key);
        }

        foreach (var write in commit.StatePages)
        {
            if (write.Page is { } page) batch.Put(context.StateNodes, write.Key.ToArray(), page);
            else batch.Delete(context.StateNodes, write.Key.ToArray());
        }
    }
}
