using Ledger.Core.Merkle;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.LogTrees;

/// <summary>Puts completed nodes of the log tree into a batch.</summary>
internal static class LogWriter
{
    public static void Add(WriteBatch batch, StoreContext context, IReadOnlyList<LogNode> nodes)
    {
        foreach (var node in nodes)
        {
            // Level 0 is in the leaf pointers.
            if (node.Level == 0) continue;
            batch.Put(context.LogNodes, LedgerSchema.LogNodeKey(node.Level, node.Index), node.Hash.AsSpan());
        }
    }
}
