using Ledger.Core.Merkle;
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

        // The tree's walk is depth-first, so the pages of one level are in key order: level by level all of them are, and
        // that halves what inserting them costs.
        var deepest = -1;
        foreach (var write in commit.StatePages) deepest = Math.Max(deepest, write.Key.Nibbles);
        for (var level = 0; level <= deepest; level++) AddPages(batch, context, commit.StatePages, level);
    }

    private static void AddPages(
        WriteBatch batch, StoreContext context, IReadOnlyList<StatePageWrite> pages, int level)
    {
        Span<byte> encoded = stackalloc byte[StatePageKey.MaxEncodedSize];
        foreach (var write in pages)
        {
            if (write.Key.Nibbles != level) continue;
            var key = encoded[..write.Key.WriteTo(encoded)];
            if (write.Page is { } page) batch.Put(context.StateNodes, key, page);
            else batch.Delete(context.StateNodes, key);
        }
    }
}
