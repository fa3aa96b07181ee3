using Ledger.Core.Merkle;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.State;

/// <summary>Puts a block's changes of the state, and pages of its tree, into a batch.</summary>
internal static class StateWriter
{
    public static void Add(WriteBatch batch, StoreContext context, BlockCommit commit)
    {
        // Timelines come in the order of their subjects, which is nearly that of the keys, as the family wants them.
        foreach (var write in commit.StateWrites)
        {
            var key = LedgerSchema.StateKey(write.Namespace, write.Key.Span);
            if (write.Value is { } value) batch.Put(context.State, key, value.Span);
            else batch.Delete(context.State, key);
        }

        StateJournal.Add(batch, context, commit.Block.Header.Height, commit.StateChanges);
    }

    /// <summary>Puts pages and removals of pages into a batch. In key order, which halves what it costs.</summary>
    public static void AddPages(WriteBatch batch, StoreContext context, IReadOnlyList<StatePageWrite> pages)
    {
        Span<byte> encoded = stackalloc byte[StatePageKey.MaxEncodedSize];
        foreach (var write in pages)
        {
            var key = encoded[..write.Key.WriteTo(encoded)];
            if (write.Page is { } page) batch.Put(context.StateNodes, key, page);
            else batch.Delete(context.StateNodes, key);
        }
    }
}
